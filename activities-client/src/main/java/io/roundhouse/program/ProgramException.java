package io.roundhouse.program;

/** A program could not be run, or its run came to no good end; the message says which and why. */
public final class ProgramException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean permanent;

  private ProgramException(String message, boolean permanent) {
    super(message);
    this.permanent = permanent;
  }

  /** What another try may mend. */
  static ProgramException passing(String message) {
    return new ProgramException(message, false);
  }

  /** What would be the same at the next try. */
  static ProgramException permanent(String message) {
    return new ProgramException(message, true);
  }

  /** Whether another try would end the same. */
  public boolean isPermanent() {
    return permanent;
  }
}
