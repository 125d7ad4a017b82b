package io.roundhouse.training;

/** No training engine has the name that is asked for. */
public final class UnknownEngineException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * @param message the name, and the names there are
   */
  public UnknownEngineException(String message) {
    super(message);
  }
}
