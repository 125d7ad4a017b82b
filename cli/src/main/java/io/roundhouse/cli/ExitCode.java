package io.roundhouse.cli;

/** What the command returns to the shell. */
final class ExitCode {
  static final int OK = 0;
  static final int JOB_FAILED = 1;
  static final int BAD_INPUT = 2;
  static final int INTERNAL = 3;
  static final int INTERRUPTED = 130;

  private ExitCode() {}
}
