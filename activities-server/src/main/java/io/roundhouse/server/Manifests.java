package io.roundhouse.server;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.JobLayout;
import io.roundhouse.storage.Json;
import java.util.List;
import java.util.Optional;

/** The records of a job in the store. */
public final class Manifests {
  private Manifests() {}

  /**
   * The manifests of the finished rounds that lead to the job's newest model, in their order. Where
   * rounds were begun again, the later ones took the place of the earlier ones.
   */
  public static List<RoundManifest> rounds(ArtifactStore store, JobId job) {
    JobFolder folder = new JobFolder(store, job);
    return folder.manifests(folder.lineage(folder.versions()));
  }

  /** How the job ended, if it has. */
  public static Optional<JobResult> result(ArtifactStore store, JobId job) {
    return store
        .read(new JobLayout(job).result(), JobFolder.MOST_BYTES)
        .map(json -> Json.read(json, JobResult.class));
  }
}
