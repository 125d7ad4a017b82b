package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.JobId;
import io.roundhouse.spec.ModelSpec;
import io.roundhouse.spec.ProgramSpec;
import java.util.Optional;

/**
 * Making of the global model of round 0.
 *
 * @param job the job
 * @param architecture what the model is
 * @param trainer name of the training engine
 * @param seed the job's seed
 * @param start store path of a safetensors model to start from instead of a seeded one
 * @param program what the server itself must be able to run, for central evaluation
 */
public record InitializeTask(
    JobId job,
    ModelSpec architecture,
    String trainer,
    long seed,
    Optional<String> start,
    Optional<ProgramSpec> program) {
  public InitializeTask {
    requireNonNull(job, "job is null");
    requireNonNull(architecture, "architecture is null");
    requireNonNull(trainer, "trainer is null");
    requireNonNull(start, "start is null");
    requireNonNull(program, "program is null");
  }

  /** That of a job which an engine trains. */
  public InitializeTask(
      JobId job, ModelSpec architecture, String trainer, long seed, Optional<String> start) {
    this(job, architecture, trainer, seed, start, Optional.empty());
  }
}
