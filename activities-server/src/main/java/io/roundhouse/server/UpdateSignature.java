package io.roundhouse.server;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.Update;
import java.util.Optional;

/** Tells whether an update is really from the site that it names. */
@FunctionalInterface
public interface UpdateSignature {
  /** Takes every update as it is. */
  UpdateSignature NONE = (job, round, take, update) -> Optional.empty();

  /**
   * Why the update is refused; empty if it is not.
   *
   * @param job the job
   * @param round the round that it was trained in
   * @param take of that round
   * @param update what the site sent
   */
  Optional<String> problem(JobId job, int round, int take, Update update);
}
