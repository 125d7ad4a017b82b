package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Identity;
import io.roundhouse.domain.JobId;
import io.roundhouse.spec.ModelSpec;
import io.roundhouse.spec.TrainingSpec;
import java.util.Optional;

/**
 * One evaluation of a global model.
 *
 * @param job the job
 * @param round the round that made the model
 * @param model the model
 * @param architecture what the model is
 * @param data name of the data set, bound where the evaluation runs
 * @param trainer name of the training engine that evaluates
 * @param submitter the operator who submitted the job, where a gateway vouches for it
 * @param training how the job trains, its program included; absent from older jobs
 */
public record EvaluateTask(
    JobId job,
    int round,
    Artifact model,
    ModelSpec architecture,
    String data,
    String trainer,
    Optional<Identity> submitter,
    Optional<TrainingSpec> training) {
  public EvaluateTask {
    requireNonNull(job, "job is null");
    requireNonNull(model, "model is null");
    requireNonNull(architecture, "architecture is null");
    requireNonNull(data, "data is null");
    requireNonNull(trainer, "trainer is null");
    requireNonNull(submitter, "submitter is null");
    requireNonNull(training, "training is null");
  }

  /** A task of a job that nobody vouches for. */
  public EvaluateTask(
      JobId job, int round, Artifact model, ModelSpec architecture, String data, String trainer) {
    this(job, round, model, architecture, data, trainer, Optional.empty(), Optional.empty());
  }
}
