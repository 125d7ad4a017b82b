package io.roundhouse.domain;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * How a job ended, {@code final/manifest.json}.
 *
 * @param job the job
 * @param state {@code COMPLETED}, {@code FAILED} or {@code ABORTED}
 * @param reason why it stopped, in words
 * @param rounds finished training rounds
 * @param model the last global model, if there is one
 * @param metrics what the last global model reached, if it was evaluated
 * @param best the best model, if any was evaluated
 * @param startedAt milliseconds since the epoch
 * @param seconds the whole job
 */
public record JobResult(
    JobId job,
    JobState state,
    String reason,
    int rounds,
    Optional<Artifact> model,
    Optional<Metrics> metrics,
    Optional<Best> best,
    long startedAt,
    double seconds) {
  public JobResult {
    requireNonNull(job, "job is null");
    requireNonNull(state, "state is null");
    requireNonNull(reason, "reason is null");
    requireNonNull(model, "model is null");
    requireNonNull(metrics, "metrics is null");
    requireNonNull(best, "best is null");
  }
}
