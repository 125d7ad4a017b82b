package io.roundhouse.control;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Changes a job's spec from its next round on.
 *
 * @param by who
 * @param reason why; may be empty
 * @param settings a tree with the keys to change, as in a job spec: {@code {training: {epochs: 2}}}
 */
public record Change(String by, String reason, Map<String, Object> settings) {
  public Change {
    requireNonNull(by, "by is null");
    requireNonNull(reason, "reason is null");
    requireNonNull(settings, "settings is null");
  }

  /** The settings as on a command line: {@code training.epochs=2, rounds.deadline=10m}. */
  public String text() {
    List<String> assignments = new ArrayList<>();
    collect("", settings, assignments);
    return String.join(", ", assignments);
  }

  private static void collect(String path, Map<?, ?> tree, List<String> assignments) {
    tree.forEach(
        (key, value) -> {
          String at = path.isEmpty() ? String.valueOf(key) : path + "." + key;
          if (value instanceof Map<?, ?> mapping && !mapping.isEmpty()) {
            collect(at, mapping, assignments);
          } else {
            assignments.add(at + "=" + (value == null ? "" : value));
          }
        });
  }
}
