package io.roundhouse.spec;

import java.util.List;
import java.util.stream.Collectors;

/** A spec cannot be used; carries every problem found, never only the first. */
public final class InvalidSpecException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<Problem> problems;

  /**
   * @param problems at least one
   */
  public InvalidSpecException(List<Problem> problems) {
    super(
        (problems.size() == 1 ? "1 problem" : problems.size() + " problems")
            + " in the job spec:\n"
            + problems.stream().map(problem -> "  " + problem).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** All of them, in document order as far as it is known. */
  public List<Problem> problems() {
    return problems;
  }
}
