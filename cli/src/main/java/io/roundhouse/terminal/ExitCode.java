package io.roundhouse.terminal;

/** What the command returns to the shell. */
public final class ExitCode {
  /** Done. */
  public static final int OK = 0;

  /** The job failed or was cancelled. */
  public static final int JOB_FAILED = 1;

  /** An argument, a file or an order cannot be used. */
  public static final int BAD_INPUT = 2;

  /** An error inside Roundhouse. */
  public static final int INTERNAL = 3;

  /** Ctrl-C. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}
}
