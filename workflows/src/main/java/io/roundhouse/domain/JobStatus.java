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
 * @param take of that round
 * @param rounds how many the spec asks for
 * @param message what it is doing or why it ended, for a person
 * @param missing while it is blocked, the sites that could end that
 * @param late late updates that wait for the next round or for an operator
 * @param decisions the newest decisions, oldest first: all since the last finished round, and 20
 *     where that many were made since the job last continued as new
 * @param best the best model so far
 * @param recent the newest finished rounds, oldest first, 50 at most
 */
public record JobStatus(
    JobId job,
    JobState state,
    int round,
    int take,
    int rounds,
    String message,
    List<SiteStatus> missing,
    List<LateUpdate> late,
    List<Decision> decisions,
    Optional<Best> best,
    List<RoundSummary> recent) {
  public JobStatus {
    requireNonNull(job, "job is null");
    requireNonNull(state, "state is null");
    requireNonNull(message, "message is null");
    missing = List.copyOf(missing);
    late = List.copyOf(late);
    decisions = List.copyOf(decisions);
    requireNonNull(best, "best is null");
    recent = List.copyOf(recent);
  }
}
