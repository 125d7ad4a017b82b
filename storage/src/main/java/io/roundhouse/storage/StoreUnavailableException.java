package io.roundhouse.storage;

import org.jspecify.annotations.Nullable;

/** The store did not answer, broke off, or said that it cannot answer now (429, 5xx). */
public class StoreUnavailableException extends StorageException {
  public StoreUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
