package io.roundhouse.jobfile;

import io.roundhouse.spec.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Values that command-line options put in place of those of a job file. */
public final class Overrides {
  private final Map<String, String> optionOf = new LinkedHashMap<>();
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final Map<String, String> types = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();

  /** Puts an option's text, read as YAML, at a path of dotted keys; nothing if it was not given. */
  public Overrides set(String option, String path, @Nullable String text) {
    if (text != null) {
      optionOf.put(path, option);
      values.put(path, scalar(text));
    }
    return this;
  }

  /**
   * Makes the mapping at a path one of this type. The keys of one of another type go, since its own
   * type may not know them.
   */
  public Overrides type(String option, String path, String type) {
    optionOf.put(path + ".type", option);
    types.put(path, type);
    return this;
  }

  /** Notes what is wrong with the options themselves. */
  public Overrides problem(String message) {
    problems.add(message);
    return this;
  }

  /** Puts the values into a tree. */
  public void applyTo(Map<String, Object> tree) {
    types.forEach((path, type) -> become(tree, path, type));
    values.forEach((path, value) -> put(tree, path, value));
  }

  /** A copy of the tree with the values in it. */
  public Map<String, Object> appliedTo(Map<String, Object> tree) {
    Map<String, Object> copy = new LinkedHashMap<>(tree);
    applyTo(copy);
    return copy;
  }

  /** Problems that are the options' doing, by option; the others stay the file's. */
  public List<String> take(List<Problem> found, List<Problem> others) {
    List<String> mine = new ArrayList<>(problems);
    for (Problem problem : found) {
      option(problem.path())
          .ifPresentOrElse(
              option -> mine.add(option + ": " + problem.message()), () -> others.add(problem));
    }
    return mine;
  }

  private Optional<String> option(String path) {
    return optionOf.keySet().stream()
        .filter(key -> path.equals(key) || path.startsWith(key + "."))
        .map(optionOf::get)
        .findFirst();
  }

  private static Object scalar(String text) {
    try {
      Object value = new Load(LoadSettings.builder().build()).loadFromString(text);
      return value == null || value instanceof Map || value instanceof List ? text : value;
    } catch (YamlEngineException e) {
      return text;
    }
  }

  private static void become(Map<String, Object> tree, String path, String type) {
    Object at = tree;
    for (String key : path.split("\\.", -1)) {
      at = at instanceof Map<?, ?> mapping ? mapping.get(key) : null;
    }
    if (!(at instanceof Map<?, ?> mapping) || !type.equals(mapping.get("type"))) {
      put(tree, path, new LinkedHashMap<>(Map.of("type", type)));
    }
  }

  @SuppressWarnings("unchecked")
  private static void put(Map<String, Object> tree, String path, Object value) {
    int dot = path.indexOf('.');
    if (dot < 0) {
      tree.put(path, value);
      return;
    }
    Object child = tree.get(path.substring(0, dot));
    Map<String, Object> mapping =
        child instanceof Map
            ? new LinkedHashMap<>((Map<String, Object>) child)
            : new LinkedHashMap<>();
    tree.put(path.substring(0, dot), mapping);
    put(mapping, path.substring(dot + 1), value);
  }
}
