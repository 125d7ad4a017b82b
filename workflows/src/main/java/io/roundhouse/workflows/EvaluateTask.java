package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.JobId;
import io.roundhouse.spec.ModelSpec;

/**
 * One evaluation of a global model.
 *
 * @param job the job
 * @param round the round that made the model
 * @param model the model
 * @param architecture what the model is
 * @param data name of the data set, bound where the evaluation runs
 * @param trainer name of the training engine that evaluates
 */
public record EvaluateTask(
    JobId job, int round, Artifact model, ModelSpec architecture, String data, String trainer) {
  public EvaluateTask {
    requireNonNull(job, "job is null");
    requireNonNull(model, "model is null");
    requireNonNull(architecture, "architecture is null");
    requireNonNull(data, "data is null");
    requireNonNull(trainer, "trainer is null");
  }
}
