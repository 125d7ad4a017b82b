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
  static final int MOST_BYTES = 64 << 20;

  private Manifests() {}

  /** The manifests of all finished rounds, in their order. */
  public static List<RoundManifest> rounds(ArtifactStore store, JobId job) {
    return store.list(new JobLayout(job).folder() + "/rounds/").stream()
        .filter(path -> path.endsWith("/manifest.json"))
        .sorted()
        .toList()
        .parallelStream()
        .map(path -> store.read(path, MOST_BYTES).orElseThrow())
        .map(json -> Json.read(json, RoundManifest.class))
        .toList();
  }

  /** How the job ended, if it has. */
  public static Optional<JobResult> result(ArtifactStore store, JobId job) {
    return store
        .read(new JobLayout(job).result(), MOST_BYTES)
        .map(json -> Json.read(json, JobResult.class));
  }
}
