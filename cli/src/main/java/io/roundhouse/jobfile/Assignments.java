package io.roundhouse.jobfile;

import io.roundhouse.domain.Text;
import io.roundhouse.spec.Overlay;
import io.roundhouse.spec.Problem;
import io.roundhouse.terminal.Failure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Values for a spec on a command line, {@code training.epochs=2}: dotted keys, and a scalar or a
 * list in YAML. A value of {@code null} or nothing brings back the default.
 */
public final class Assignments {
  private static final Pattern FORM =
      Pattern.compile("([\\w-]+(?:\\.[\\w-]+)*)=(.*)", Pattern.DOTALL);
  private static final int LONGEST = 10_000;

  private final Map<String, Object> tree;
  private final List<String> keys;

  private Assignments(Map<String, Object> tree, List<String> keys) {
    this.tree = tree;
    this.keys = keys;
  }

  /**
   * Reads them.
   *
   * @throws Failure with every one that has another form
   */
  public static Assignments parse(List<String> texts) {
    List<String> problems = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    Map<String, Object> tree = new LinkedHashMap<>();
    for (String text : texts) {
      Matcher parts = FORM.matcher(text);
      if (!parts.matches() || text.length() > LONGEST) {
        problems.add(
            Text.quote(text) + " is not key=value, perhaps you should write training.epochs=2");
        continue;
      }
      try {
        keys.add(parts.group(1));
        tree = Overlay.of(tree, nested(parts.group(1), value(parts.group(2))));
      } catch (YamlEngineException e) {
        problems.add(
            parts.group(1)
                + ": "
                + Text.quote(parts.group(2))
                + " is not a value in YAML, perhaps you should put it in quotes");
      }
    }
    if (!problems.isEmpty()) {
      throw Failure.badSpec(problems);
    }
    return new Assignments(tree, keys);
  }

  private static @Nullable Object value(String text) {
    Object value = new Load(LoadSettings.builder().build()).loadFromString(text);
    return value instanceof Map ? text : value;
  }

  @SuppressWarnings("NullAway") // a null value stands for no value
  private static Map<String, Object> nested(String key, @Nullable Object value) {
    int dot = key.lastIndexOf('.');
    Map<String, Object> leaf = new LinkedHashMap<>();
    leaf.put(key.substring(dot + 1), value);
    return dot < 0 ? leaf : nested(key.substring(0, dot), leaf);
  }

  /** What they say, as a tree. */
  public Map<String, Object> tree() {
    return tree;
  }

  /** Whether a problem is of their making. */
  public boolean caused(Problem problem) {
    return keys.stream()
        .anyMatch(key -> problem.path().equals(key) || problem.path().startsWith(key + "."));
  }
}
