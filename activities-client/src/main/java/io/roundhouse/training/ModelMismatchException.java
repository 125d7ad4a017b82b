package io.roundhouse.training;

/** A model, its architecture, the rows and the engine do not belong together. */
public final class ModelMismatchException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * @param message what does not fit what, and what to do
   */
  public ModelMismatchException(String message) {
    super(message);
  }

  /**
   * @param message what does not fit what, and what to do
   * @param cause what the engine's library said
   */
  public ModelMismatchException(String message, Throwable cause) {
    super(message, cause);
  }
}
