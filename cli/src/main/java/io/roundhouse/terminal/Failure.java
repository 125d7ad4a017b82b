package io.roundhouse.terminal;

import java.util.List;

/** Something that a person can do something about: its message is all they see, without a trace. */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int exitCode;

  private Failure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** The input cannot be used. */
  public static Failure badInput(String message) {
    return new Failure(ExitCode.BAD_INPUT, message);
  }

  /** A spec cannot be used; every problem is listed. */
  public static Failure badSpec(List<String> problems) {
    String count = problems.size() == 1 ? "1 problem" : problems.size() + " problems";
    return new Failure(ExitCode.BAD_INPUT, count + ":\n  " + String.join("\n  ", problems));
  }

  /** The job ended without success. */
  public static Failure jobFailed(String message) {
    return new Failure(ExitCode.JOB_FAILED, message);
  }

  /** What the shell gets. */
  public int exitCode() {
    return exitCode;
  }
}
