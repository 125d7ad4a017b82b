package io.roundhouse.training;

/** A training whose loss is no number any more: its model is of no use, and never will be. */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * @param message when it happened, and what to do
   */
  public DivergedException(String message) {
    super(message);
  }
}
