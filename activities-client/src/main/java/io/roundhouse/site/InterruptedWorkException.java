package io.roundhouse.site;

/** The worker stops while an activity waits; another attempt will do the work. */
final class InterruptedWorkException extends RuntimeException {
  private static final long serialVersionUID = 1;

  InterruptedWorkException(InterruptedException cause) {
    super("the worker was stopped while the task waited for a free slot", cause);
  }
}
