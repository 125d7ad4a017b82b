package io.roundhouse.report;

import io.roundhouse.domain.Best;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.spec.EvaluationSpec.Metric;
import io.roundhouse.spec.InvalidSpecException;
import io.roundhouse.spec.JobSpec;
import io.roundhouse.spec.JobSpecReader;
import java.util.List;
import java.util.Optional;

/**
 * What follows from a job's record.
 *
 * @param record the record
 * @param spec the spec, if it can be read
 * @param training the rounds but round 0
 * @param sites the sites that were ever selected, by name
 * @param best the best model so far
 */
record JobFacts(
    JobRecord record,
    Optional<JobSpec> spec,
    List<RoundManifest> training,
    List<SiteSummary> sites,
    Optional<Best> best) {
  static JobFacts of(JobRecord record) {
    Optional<JobSpec> spec = spec(record);
    List<RoundManifest> training = record.rounds().stream().filter(r -> r.round() > 0).toList();
    return new JobFacts(
        record,
        spec,
        training,
        SiteSummary.of(training),
        record.result().flatMap(JobResult::best).or(() -> best(record, spec)));
  }

  JobState state() {
    return record
        .result()
        .map(JobResult::state)
        .orElse(record.rounds().isEmpty() ? JobState.OPENING : JobState.RUNNING);
  }

  Optional<RoundManifest> first() {
    return record.rounds().stream().findFirst();
  }

  Optional<RoundManifest> last() {
    int size = record.rounds().size();
    return size == 0 ? Optional.empty() : Optional.of(record.rounds().get(size - 1));
  }

  /** The newest metrics and the round that they judge. */
  Optional<RoundManifest> judged() {
    for (int i = record.rounds().size() - 1; i >= 0; i--) {
      RoundManifest round = record.rounds().get(i);
      if (round.evaluation().decisive().isPresent()) {
        return Optional.of(round);
      }
    }
    return Optional.empty();
  }

  /** From the job's start to the end of its last round, seconds. */
  double seconds() {
    return record
        .result()
        .map(JobResult::seconds)
        .or(
            () ->
                last()
                    .map(
                        end ->
                            (end.startedAt() - record.rounds().get(0).startedAt()) / 1000.0
                                + end.seconds().total()))
        .orElse(0.0);
  }

  /** Milliseconds since the epoch. */
  Optional<Long> startedAt() {
    return record
        .result()
        .map(JobResult::startedAt)
        .or(() -> first().map(RoundManifest::startedAt));
  }

  private static Optional<JobSpec> spec(JobRecord record) {
    try {
      return Optional.of(JobSpecReader.read(record.spec()));
    } catch (InvalidSpecException e) {
      return Optional.empty();
    }
  }

  private static Optional<Best> best(JobRecord record, Optional<JobSpec> spec) {
    boolean byLoss = spec.filter(s -> s.evaluation().metric() == Metric.LOSS).isPresent();
    double minDelta = spec.map(s -> s.stop().minDelta()).orElse(0.0);
    Optional<Best> best = Optional.empty();
    for (RoundManifest round : record.rounds()) {
      Optional<Metrics> metrics = round.evaluation().decisive();
      if (metrics.isPresent()
          && (best.isEmpty() || gain(metrics.get(), best.get().metrics(), byLoss) > minDelta)) {
        best = Optional.of(new Best(round.round(), round.model(), metrics.get()));
      }
    }
    return best;
  }

  private static double gain(Metrics metrics, Metrics record, boolean byLoss) {
    return byLoss ? record.loss() - metrics.loss() : metrics.accuracy() - record.accuracy();
  }
}
