package io.roundhouse.services;

/** A service cannot be had or has ended; the message says what to do. */
public final class ServiceException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ServiceException(String message) {
    super(message);
  }

  public ServiceException(String message, Throwable cause) {
    super(message, cause);
  }
}
