package io.roundhouse.storage;

/** A file is not a safetensors file, or holds tensors other than F32 and F64. */
public class MalformedSafetensorsException extends CorruptArtifactException {
  public MalformedSafetensorsException(String message) {
    super(message);
  }

  public MalformedSafetensorsException(String message, Throwable cause) {
    super(message, cause);
  }
}
