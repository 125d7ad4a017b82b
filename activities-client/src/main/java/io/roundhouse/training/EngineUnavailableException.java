package io.roundhouse.training;

/** A training engine is there, but cannot run on this machine. */
public final class EngineUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * @param message what is missing, and what to do
   */
  public EngineUnavailableException(String message) {
    super(message);
  }
}
