package io.roundhouse.storage;

import io.roundhouse.domain.Text;

/** The store holds nothing under an artifact's path. */
public class ArtifactMissingException extends StorageException {
  public ArtifactMissingException(String path) {
    super(
        "the store holds nothing under "
            + Text.quote(path)
            + ", perhaps you should check whether somebody deleted it");
  }
}
