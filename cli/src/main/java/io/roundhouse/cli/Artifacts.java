package io.roundhouse.cli;

import io.roundhouse.domain.Artifact;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.JobLayout;
import io.roundhouse.storage.SafetensorsFile;
import io.roundhouse.storage.StorageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Files that a job file names and that have to be in the store before the job starts. */
final class Artifacts {
  private Artifacts() {}

  /**
   * Uploads the model that the job starts from, if it names one.
   *
   * @return the spec with the model's path in the store in place of the file's
   * @throws Failure if the file is missing or not a safetensors file
   */
  static Map<String, Object> upload(JobFile job, ArtifactStore store) {
    if (job.spec().start().isEmpty()) {
      return job.tree();
    }
    Path file = job.file().folder().resolve(job.spec().start().get());
    if (!Files.isRegularFile(file)) {
      throw Failure.badInput(
          "model.start: there is no file " + file + ", perhaps you should check the path");
    }
    try (SafetensorsFile model = SafetensorsFile.open(file)) {
      model.tensors();
      Artifact artifact = store.putIfAbsent(new JobLayout(job.spec().job()).start(), file);
      return new Overrides()
          .set("model.start", "model.start", artifact.path())
          .appliedTo(job.tree());
    } catch (StorageException e) {
      throw Failure.badInput("model.start: " + e.getMessage());
    }
  }
}
