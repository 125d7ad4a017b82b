package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.SiteName;
import io.roundhouse.spec.ModelSpec;
import io.roundhouse.spec.TrainingSpec;

/**
 * One site's training in one round.
 *
 * @param job the job
 * @param round the round
 * @param site who shall train
 * @param model the global model to start from
 * @param architecture what the model is
 * @param data name of the data set, bound at the site
 * @param training how to train
 * @param seed the job's seed
 */
public record TrainTask(
    JobId job,
    int round,
    SiteName site,
    Artifact model,
    ModelSpec architecture,
    String data,
    TrainingSpec training,
    long seed) {
  public TrainTask {
    requireNonNull(job, "job is null");
    requireNonNull(site, "site is null");
    requireNonNull(model, "model is null");
    requireNonNull(architecture, "architecture is null");
    requireNonNull(data, "data is null");
    requireNonNull(training, "training is null");
  }
}
