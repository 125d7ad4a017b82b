package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Identity;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.SiteName;
import io.roundhouse.spec.ModelSpec;
import io.roundhouse.spec.TrainingSpec;
import java.util.Optional;

/**
 * One site's training in one round.
 *
 * @param job the job
 * @param round the round
 * @param take of the round; part of the name of what the site sends back
 * @param site who shall train
 * @param model the global model to start from
 * @param architecture what the model is
 * @param data name of the data set, bound at the site
 * @param training how to train
 * @param seed the job's seed
 * @param submitter the operator who submitted the job, where a gateway vouches for it
 */
public record TrainTask(
    JobId job,
    int round,
    int take,
    SiteName site,
    Artifact model,
    ModelSpec architecture,
    String data,
    TrainingSpec training,
    long seed,
    Optional<Identity> submitter) {
  public TrainTask {
    requireNonNull(job, "job is null");
    requireNonNull(site, "site is null");
    requireNonNull(model, "model is null");
    requireNonNull(architecture, "architecture is null");
    requireNonNull(data, "data is null");
    requireNonNull(training, "training is null");
    requireNonNull(submitter, "submitter is null");
  }

  /** A task of a job that nobody vouches for. */
  public TrainTask(
      JobId job,
      int round,
      int take,
      SiteName site,
      Artifact model,
      ModelSpec architecture,
      String data,
      TrainingSpec training,
      long seed) {
    this(job, round, take, site, model, architecture, data, training, seed, Optional.empty());
  }
}
