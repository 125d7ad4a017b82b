package io.roundhouse.storage;

/** Bytes are not what they should be: another size or digest, or not the format they stand for. */
public class CorruptArtifactException extends StorageException {
  public CorruptArtifactException(String message) {
    super(message);
  }

  public CorruptArtifactException(String message, Throwable cause) {
    super(message, cause);
  }
}
