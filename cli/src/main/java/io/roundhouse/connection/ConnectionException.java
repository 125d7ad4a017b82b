package io.roundhouse.connection;

/** Temporal cannot be used; the message says why and what to do, for a person. */
public final class ConnectionException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * @param message all that a person sees
   */
  public ConnectionException(String message) {
    super(message);
  }

  /**
   * @param message all that a person sees
   */
  public ConnectionException(String message, Throwable cause) {
    super(message, cause);
  }
}
