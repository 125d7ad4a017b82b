package io.roundhouse.cli;

import io.roundhouse.jobfile.JobFile;
import io.roundhouse.jobfile.Overrides;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.JobLayout;
import io.roundhouse.storage.SafetensorsFile;
import io.roundhouse.storage.StorageException;
import io.roundhouse.storage.TensorSpec;
import io.roundhouse.terminal.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Files that a job file names and that have to be in the store before the job starts. */
final class Artifacts {
  private static final String START = "model.start";

  private Artifacts() {}

  /** The spec with paths in the store in place of those of files. */
  static Map<String, Object> inStore(JobFile job) {
    return job.spec().start().isEmpty()
        ? job.tree()
        : new Overrides()
            .set(START, START, new JobLayout(job.spec().job()).start())
            .appliedTo(job.tree());
  }

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
    Path file = file(job);
    tensors(file);
    try {
      store.putIfAbsent(new JobLayout(job.spec().job()).start(), file);
      return inStore(job);
    } catch (StorageException e) {
      throw Failure.badInput("model.start: " + e.getMessage());
    }
  }

  /**
   * The tensors of the model that the job starts from; none if it names no such model.
   *
   * @throws Failure if the file is missing or not a safetensors file
   */
  static List<TensorSpec> start(JobFile job) {
    return job.spec().start().isEmpty() ? List.of() : tensors(file(job));
  }

  private static Path file(JobFile job) {
    return job.file().folder().resolve(job.spec().start().orElseThrow());
  }

  private static List<TensorSpec> tensors(Path file) {
    if (!Files.isRegularFile(file)) {
      throw Failure.badInput(
          "model.start: there is no file " + file + ", perhaps you should check the path");
    }
    try (SafetensorsFile model = SafetensorsFile.open(file)) {
      return model.tensors();
    } catch (StorageException e) {
      throw Failure.badInput("model.start: " + e.getMessage());
    }
  }
}
