package io.roundhouse.domain;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * What a job answers when asked how it is.
 *
 * @param job the job
 * @param state where it stands
 * @param round the round that is running, or the last one
 * @param rounds how many the spec asks for
 * @param message what it is doing or why it ended, for a person
 * @param best the best model so far
 * @param recent the newest finished rounds, oldest first, 50 at most
 */
public record JobStatus(
    JobId job,
    JobState state,
    int round,
    int rounds,
    String message,
    Optional<Best> best,
    List<RoundSummary> recent) {
  public JobStatus {
    requireNonNull(job, "job is null");
    requireNonNull(state, "state is null");
    requireNonNull(message, "message is null");
    requireNonNull(best, "best is null");
    recent = List.copyOf(recent);
  }
}
