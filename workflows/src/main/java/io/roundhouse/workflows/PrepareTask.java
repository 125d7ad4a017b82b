package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Identity;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.SiteName;
import io.roundhouse.spec.ModelSpec;
import io.roundhouse.spec.TrainingSpec;
import java.util.Optional;

/**
 * The question whether a site can take part in a job.
 *
 * @param job the job
 * @param site who is asked
 * @param architecture what the model is
 * @param data name of the data set
 * @param trainer name of the training engine
 * @param minExamples fewest rows to train on
 * @param submitter the operator who submitted the job, where a gateway vouches for it
 * @param training how the site shall train; absent from older jobs
 * @param again whether the job knows already that the site is away; the answer may then wait until
 *     the site's opening hours
 */
public record PrepareTask(
    JobId job,
    SiteName site,
    ModelSpec architecture,
    String data,
    String trainer,
    long minExamples,
    Optional<Identity> submitter,
    Optional<TrainingSpec> training,
    boolean again) {
  public PrepareTask {
    requireNonNull(job, "job is null");
    requireNonNull(site, "site is null");
    requireNonNull(architecture, "architecture is null");
    requireNonNull(data, "data is null");
    requireNonNull(trainer, "trainer is null");
    requireNonNull(submitter, "submitter is null");
    requireNonNull(training, "training is null");
  }

  /** A task of a job that nobody vouches for. */
  public PrepareTask(
      JobId job,
      SiteName site,
      ModelSpec architecture,
      String data,
      String trainer,
      long minExamples) {
    this(
        job,
        site,
        architecture,
        data,
        trainer,
        minExamples,
        Optional.empty(),
        Optional.empty(),
        false);
  }
}
