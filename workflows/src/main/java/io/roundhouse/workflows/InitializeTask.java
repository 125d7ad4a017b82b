package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.JobId;
import io.roundhouse.spec.ModelSpec;
import java.util.Optional;

/**
 * Making of the global model of round 0.
 *
 * @param job the job
 * @param architecture what the model is
 * @param trainer name of the training engine
 * @param seed the job's seed
 * @param start store path of a safetensors model to start from instead of a seeded one
 */
public record InitializeTask(
    JobId job, ModelSpec architecture, String trainer, long seed, Optional<String> start) {
  public InitializeTask {
    requireNonNull(job, "job is null");
    requireNonNull(architecture, "architecture is null");
    requireNonNull(trainer, "trainer is null");
    requireNonNull(start, "start is null");
  }
}
