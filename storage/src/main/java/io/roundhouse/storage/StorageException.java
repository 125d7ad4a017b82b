package io.roundhouse.storage;

import org.jspecify.annotations.Nullable;

/** The store, or a local file on the way to it, did not do its part; trying again may help. */
public class StorageException extends RuntimeException {
  public StorageException(String message) {
    super(message);
  }

  public StorageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
