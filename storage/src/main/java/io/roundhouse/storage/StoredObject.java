package io.roundhouse.storage;

import static java.util.Objects.requireNonNull;

/**
 * An object as a listing shows it.
 *
 * @param path its key
 * @param bytes its size
 */
public record StoredObject(String path, long bytes) {
  public StoredObject {
    requireNonNull(path, "path is null");
  }
}
