package io.roundhouse.storage;

import io.roundhouse.domain.Text;

/** An artifact's path is taken by other bytes. Artifacts never change: trying again is no use. */
public class ArtifactExistsException extends StorageException {
  public ArtifactExistsException(String path) {
    super(
        "the store holds other bytes under "
            + Text.quote(path)
            + ", perhaps you should choose another job name");
  }
}
