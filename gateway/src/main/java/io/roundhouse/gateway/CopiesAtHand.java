package io.roundhouse.gateway;

import io.roundhouse.domain.Artifact;
import io.roundhouse.storage.LocalCopies;
import java.nio.file.Path;

/** What a gateway has at hand for an aggregation in the same process. */
record CopiesAtHand(ArtifactCache cache, UploadCopies uploads) implements LocalCopies {
  @Override
  public boolean link(Artifact artifact, Path target) {
    return uploads.take(artifact, target) || cache.link(artifact, target);
  }

  @Override
  public void keep(Artifact artifact, Path file) {
    cache.keep(artifact, file);
  }
}
