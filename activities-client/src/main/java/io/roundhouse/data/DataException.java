package io.roundhouse.data;

/** Rows cannot be read or cut as asked; the message says where and what to do. */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * @param message what happened and what to do
   */
  public DataException(String message) {
    super(message);
  }

  /**
   * @param message what happened and what to do
   * @param cause what the file system or the decoder said
   */
  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
