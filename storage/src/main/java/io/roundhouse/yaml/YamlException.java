package io.roundhouse.yaml;

import java.util.List;

/** A file cannot be used; carries every problem found, each with its place. */
public final class YamlException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<String> problems;

  /**
   * @param problems at least one
   */
  public YamlException(List<String> problems) {
    super(
        (problems.size() == 1 ? "1 problem" : problems.size() + " problems")
            + ":\n  "
            + String.join("\n  ", problems));
    this.problems = List.copyOf(problems);
  }

  /** All of them, in the order of the file. */
  public List<String> problems() {
    return problems;
  }
}
