package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Best;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.RoundSummary;
import io.roundhouse.spec.EvaluationSpec.Metric;
import io.roundhouse.spec.JobSpec;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything a job carries from one round to the next, and over continue-as-new.
 *
 * @param startedAt milliseconds since the epoch
 * @param round the last finished round; -1 before round 0
 * @param model the global model
 * @param state the strategy's state
 * @param metrics what the global model reached, if it was evaluated
 * @param best the best model so far
 * @param stale judged rounds since the best model was made
 * @param recent the newest rounds, oldest first
 */
public record JobProgress(
    long startedAt,
    int round,
    Artifact model,
    Optional<Artifact> state,
    Optional<Metrics> metrics,
    Optional<Best> best,
    int stale,
    List<RoundSummary> recent) {
  private static final int RECENT = 50;

  public JobProgress {
    requireNonNull(model, "model is null");
    requireNonNull(state, "state is null");
    requireNonNull(metrics, "metrics is null");
    requireNonNull(best, "best is null");
    recent = List.copyOf(recent);
  }

  /** A job whose initial model was just made. */
  public static JobProgress initial(long startedAt, Artifact model) {
    return new JobProgress(
        startedAt, -1, model, Optional.empty(), Optional.empty(), Optional.empty(), 0, List.of());
  }

  /** The progress after one more round. */
  public JobProgress after(RoundResult result, JobSpec spec) {
    int finished = result.summary().round();
    Optional<Best> better =
        result
            .metrics()
            .filter(judged -> isBetter(judged, spec))
            .map(judged -> new Best(finished, result.model(), judged));
    int stalled = result.metrics().isEmpty() ? stale : stale + 1;
    return new JobProgress(
        startedAt,
        finished,
        result.model(),
        result.state(),
        result.metrics(),
        better.or(() -> best),
        better.isPresent() ? 0 : stalled,
        Stream.concat(recent.stream(), Stream.of(result.summary()))
            .skip(recent.size() < RECENT ? 0 : 1)
            .toList());
  }

  /** Why the job is over after this round, if it is. */
  public Optional<String> finished(JobSpec spec) {
    Optional<Double> wanted = spec.stop().accuracy();
    if (wanted.isPresent() && metrics.isPresent() && metrics.get().accuracy() >= wanted.get()) {
      return Optional.of("accuracy " + wanted.get() + " reached in round " + round);
    }
    Optional<Integer> patience = spec.stop().patience();
    if (patience.isPresent() && stale >= patience.get() && round < spec.rounds().count()) {
      return Optional.of(
          "no better model in " + stale + " evaluations, stopped after round " + round);
    }
    return round >= spec.rounds().count()
        ? Optional.of("all " + spec.rounds().count() + " rounds done")
        : Optional.empty();
  }

  private boolean isBetter(Metrics metrics, JobSpec spec) {
    if (best.isEmpty()) {
      return true;
    }
    Metrics record = best.get().metrics();
    double gain =
        spec.evaluation().metric() == Metric.ACCURACY
            ? metrics.accuracy() - record.accuracy()
            : record.loss() - metrics.loss();
    return gain > spec.stop().minDelta();
  }
}
