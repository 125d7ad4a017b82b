package io.roundhouse.site;

/** The worker stops in the middle of an activity; another attempt will do the work. */
final class InterruptedWorkException extends RuntimeException {
  private static final long serialVersionUID = 1;

  InterruptedWorkException(InterruptedException cause) {
    super("the worker was stopped in the middle of the task", cause);
  }
}
