package io.roundhouse.spec;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of a spec, read key by key. A value that cannot be used is noted as a problem and
 * replaced by one that can, so that a single pass finds everything; {@link #problems()} then also
 * names the keys that nobody asked for.
 */
public final class Section {
  private final String path;
  private final Map<String, Object> values;
  private final Problems problems;
  private final List<Section> all;
  private final Set<String> asked = new LinkedHashSet<>();
  private final Map<String, Section> children = new LinkedHashMap<>();

  private Section(String path, Map<String, Object> values, Problems problems, List<Section> all) {
    this.path = path;
    this.values = values;
    this.problems = problems;
    this.all = all;
    all.add(this);
  }

  /** The whole document. */
  public static Section root(Map<String, Object> tree) {
    return new Section("", requireNonNull(tree, "tree is null"), new Problems(), new ArrayList<>());
  }

  /** What is wrong so far, unknown keys of every section included; at most a hundred and one. */
  public List<Problem> problems() {
    Problems found = problems.copy();
    for (Section section : all) {
      for (String key : section.values.keySet()) {
        if (!section.asked.contains(key)) {
          found.add(new Problem(section.at(key), section.unknown(key)));
        }
      }
    }
    return found.list();
  }

  /** Notes a problem with the value of {@code key}. */
  public void problem(String key, String message) {
    problems.add(new Problem(at(key), message));
  }

  /** Whether the key is there with a value. */
  public boolean has(String key) {
    return values.get(key) != null;
  }

  /** The keys of a mapping whose keys are names; they count as known once they are read. */
  public Set<String> keys() {
    return new LinkedHashSet<>(values.keySet());
  }

  /** Whether nothing was found wrong with the values of these keys, or below them. */
  public boolean isSound(String... keys) {
    return Arrays.stream(keys).allMatch(key -> problems.spare(at(key)));
  }

  /** Marks a key as known without reading it. */
  public Section ignore(String key) {
    asked.add(key);
    return this;
  }

  /** The mapping under a key; an empty one if it is absent. */
  public Section section(String key) {
    Section child = children.get(key);
    return child != null ? child : child(key, mapping(key));
  }

  /**
   * A mapping that names its kind by {@code type}; the bare name stands for a mapping without more.
   */
  public Section typed(String key) {
    return value(key) instanceof String name ? child(key, Map.of("type", name)) : section(key);
  }

  /** A text that must be there. */
  public String text(String key) {
    return missing(key) ? "missing" : text(key, "");
  }

  /** A text, or the default if it is absent. */
  public String text(String key, String absent) {
    Object value = value(key);
    if (value == null) {
      return absent;
    }
    if (value instanceof String text) {
      return text;
    }
    if (value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    problem(key, "must be a text, not " + show(value));
    return absent;
  }

  /** A text, if it is there. */
  public Optional<String> optionalText(String key) {
    return has(key) ? Optional.of(text(key, "")) : absent(key);
  }

  /** Texts in a list; none if it is absent. */
  public List<String> texts(String key) {
    Object value = value(key);
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof List<?> list)) {
      problem(key, "must be a list, not " + show(value));
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    for (Object item : list) {
      if (item instanceof String || item instanceof Number || item instanceof Boolean) {
        texts.add(item.toString());
      } else {
        problem(key, "must hold texts, not " + show(item));
      }
    }
    return texts;
  }

  /** The texts, numbers, trues and falses of the mapping under a key. */
  public Map<String, Object> scalars(String key) {
    Section mapping = section(key);
    Map<String, Object> scalars = new LinkedHashMap<>();
    for (String name : mapping.keys()) {
      Object value = mapping.value(name);
      if (value instanceof String || value instanceof Number || value instanceof Boolean) {
        scalars.put(name, value);
      } else {
        mapping.problem(name, "must be a text, a number, true or false, not " + show(value));
      }
    }
    return scalars;
  }

  /** Whole numbers in a list; none if it is absent. */
  public List<Integer> integers(String key, int min, int max) {
    List<Integer> numbers = new ArrayList<>();
    if (!(value(key) instanceof List<?> list)) {
      if (has(key)) {
        problem(key, "must be a list of whole numbers, not " + show(value(key)));
      }
      return numbers;
    }
    for (Object item : list) {
      if (item instanceof Integer number && number >= min && number <= max) {
        numbers.add(number);
      } else {
        problem(key, "must hold whole numbers from " + min + " to " + max + ", not " + show(item));
      }
    }
    return numbers;
  }

  /** A whole number that must be there, from {@code min} to {@code max}. */
  public int integer(String key, int min, int max) {
    return missing(key) ? min : integer(key, min, min, max);
  }

  /** A whole number from {@code min} to {@code max}, or the default if it is absent. */
  public int integer(String key, int absent, int min, int max) {
    return (int) wholeNumber(key, absent, min, max);
  }

  /** A whole number if it is there, from {@code min} to {@code max}. */
  public Optional<Integer> optionalInteger(String key, int min, int max) {
    return has(key) ? Optional.of(integer(key, min, min, max)) : absent(key);
  }

  /** A whole number from {@code min} to {@code max}, or the default if it is absent. */
  public long wholeNumber(String key, long absent, long min, long max) {
    Object value = value(key);
    if (value == null) {
      return absent;
    }
    if ((value instanceof Integer || value instanceof Long)
        && ((Number) value).longValue() >= min
        && ((Number) value).longValue() <= max) {
      return ((Number) value).longValue();
    }
    problem(key, "must be a whole number from " + min + " to " + max + ", not " + show(value));
    return Math.min(Math.max(absent, min), max);
  }

  /** A number from {@code min} to {@code max}, or the default if it is absent. */
  public double number(String key, double absent, double min, double max) {
    Object value = value(key);
    if (value == null) {
      return absent;
    }
    if (value instanceof Number number
        && number.doubleValue() >= min
        && number.doubleValue() <= max) {
      return number.doubleValue();
    }
    problem(
        key, "must be a number from " + plain(min) + " to " + plain(max) + ", not " + show(value));
    return absent;
  }

  /** A number if it is there, from {@code min} to {@code max}. */
  public Optional<Double> optionalNumber(String key, double min, double max) {
    return has(key) ? Optional.of(number(key, min, min, max)) : absent(key);
  }

  /** {@code true} or {@code false}, or the default if it is absent. */
  public boolean flag(String key, boolean absent) {
    Object value = value(key);
    if (value == null) {
      return absent;
    }
    if (value instanceof Boolean flag) {
      return flag;
    }
    problem(key, "must be true or false, not " + show(value));
    return absent;
  }

  /** A time such as {@code 500ms}, {@code 30s}, {@code 10m}, {@code 2h} or {@code 1d}. */
  public Duration duration(String key, Duration absent, Duration min, Duration max) {
    Object value = value(key);
    if (value == null) {
      return absent;
    }
    Optional<Duration> duration = DurationText.parse(String.valueOf(value));
    if (duration.isEmpty()) {
      problem(key, "must be a time such as 30s, 10m or 2h, not " + show(value));
      return absent;
    }
    if (duration.get().compareTo(min) < 0 || duration.get().compareTo(max) > 0) {
      problem(
          key,
          "must be from "
              + DurationText.format(min)
              + " to "
              + DurationText.format(max)
              + ", not "
              + show(value));
      return absent;
    }
    return duration.get();
  }

  /** One of the named choices, or the default if it is absent. */
  public <T> T choice(String key, Map<String, T> choices, T absent) {
    Object value = value(key);
    if (value == null) {
      return absent;
    }
    T chosen = choices.get(String.valueOf(value));
    if (chosen == null) {
      unknownChoice(key, new TreeSet<>(choices.keySet()));
      return absent;
    }
    return chosen;
  }

  /** Notes that the value of {@code key} is none of {@code choices}, and which is nearest. */
  public void unknownChoice(String key, Set<String> choices) {
    String given = String.valueOf(value(key));
    String suggestion =
        Text.nearest(given, choices).map(near -> ", perhaps you should write " + near).orElse("");
    problem(key, "must be " + Text.choices(choices) + ", not " + Text.quote(given) + suggestion);
  }

  private Section child(String key, Map<String, Object> mapping) {
    Section child = new Section(at(key), mapping, problems, all);
    children.put(key, child);
    return child;
  }

  private Map<String, Object> mapping(String key) {
    Object value = value(key);
    if (value instanceof Map<?, ?> map) {
      return stringKeys(map);
    }
    if (value != null) {
      problem(key, "must be a mapping of keys to values, not " + show(value));
    }
    return Map.of();
  }

  private boolean missing(String key) {
    asked.add(key);
    if (has(key)) {
      return false;
    }
    if (!problems.has(path)) {
      problem(key, "is missing");
    }
    return true;
  }

  private <T> Optional<T> absent(String key) {
    asked.add(key);
    return Optional.empty();
  }

  private @Nullable Object value(String key) {
    asked.add(key);
    return values.get(key);
  }

  private String at(String key) {
    return Problem.path(path, key);
  }

  private String unknown(String key) {
    int dot = key.indexOf('.');
    if (dot > 0 && asked.contains(key.substring(0, dot))) {
      return "is not a known key, perhaps you should write it below " + key.substring(0, dot);
    }
    return Text.nearest(key, asked)
        .map(near -> "is not a known key, perhaps you should write " + near)
        .orElseGet(
            () ->
                asked.size() < 2
                    ? "is not a known key"
                        + (asked.isEmpty() ? "" : " here; there is only ")
                        + String.join("", asked)
                    : "is not a known key here; there are " + String.join(", ", asked));
  }

  private static Map<String, Object> stringKeys(Map<?, ?> map) {
    Map<String, Object> result = new LinkedHashMap<>();
    map.forEach((key, value) -> result.put(String.valueOf(key), value));
    return result;
  }

  private static String show(@Nullable Object value) {
    if (value == null) {
      return "nothing";
    }
    if (value instanceof Map) {
      return "a mapping";
    }
    if (value instanceof List) {
      return "a list";
    }
    return value instanceof String text ? Text.quote(text) : Text.quote(value.toString());
  }

  private static String plain(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? Long.toString((long) number)
        : Double.toString(number).replace(".0E", "e");
  }
}
