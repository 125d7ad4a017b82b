package io.roundhouse.kit;

import java.util.List;

/** A kit, a certificate or a list of revoked ones cannot be used; names every reason found. */
public final class KitException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<String> problems;

  /**
   * @param what what cannot be used
   * @param problems at least one
   */
  public KitException(String what, List<String> problems) {
    super(what + " cannot be used:\n  " + String.join("\n  ", problems));
    this.problems = List.copyOf(problems);
  }

  /** Each with the file's name before it, where it is a file's. */
  public List<String> problems() {
    return problems;
  }
}
