package io.roundhouse.policy;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Identity;
import io.roundhouse.domain.JobId;
import java.util.Optional;

/**
 * What a policy must know of a task.
 *
 * @param job the job
 * @param submitter who submitted it, where a gateway vouches for it
 * @param trainer name of the trainer
 * @param program name of the program, if that is the trainer
 * @param data name of the data set
 */
public record PolicyQuestion(
    JobId job,
    Optional<Identity> submitter,
    String trainer,
    Optional<String> program,
    String data) {
  public PolicyQuestion {
    requireNonNull(job, "job is null");
    requireNonNull(submitter, "submitter is null");
    requireNonNull(trainer, "trainer is null");
    requireNonNull(program, "program is null");
    requireNonNull(data, "data is null");
  }
}
