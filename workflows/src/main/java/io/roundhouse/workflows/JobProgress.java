package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Best;
import io.roundhouse.domain.Decision;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.RoundSummary;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.SiteStatus;
import io.roundhouse.spec.EvaluationSpec.Metric;
import io.roundhouse.spec.JobSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a job has reached: a fold over the manifests of its rounds, and what operators and sites did
 * to it. It is carried over continue-as-new, and read back from the store when a job was lost.
 *
 * @param startedAt milliseconds since the epoch
 * @param round the last finished round; -1 before round 0
 * @param take how often rounds were begun again, counted from 1
 * @param model the global model
 * @param state the strategy's state
 * @param metrics what the global model reached, if it was evaluated
 * @param best the best model so far
 * @param stale judged rounds since the best model was made
 * @param recent the newest rounds, oldest first
 * @param standing what does not follow from the rounds
 */
public record JobProgress(
    long startedAt,
    int round,
    int take,
    Artifact model,
    Optional<Artifact> state,
    Optional<Metrics> metrics,
    Optional<Best> best,
    int stale,
    List<RoundSummary> recent,
    Standing standing) {
  private static final int RECENT = 50;

  public JobProgress {
    requireNonNull(model, "model is null");
    requireNonNull(state, "state is null");
    requireNonNull(metrics, "metrics is null");
    requireNonNull(best, "best is null");
    recent = List.copyOf(recent);
    requireNonNull(standing, "standing is null");
  }

  /**
   * What operators and sites did to a job.
   *
   * @param settings what was changed of the spec
   * @param sites the job's sites, those that left too
   * @param late late updates that wait
   * @param accepted those of them that an operator accepted
   * @param stragglers sites that are still at work for earlier rounds
   * @param decisions what was decided since the last finished round
   * @param approved the last round whose model was approved
   * @param paused whether an operator paused it
   * @param patience what was borne since the last finished round
   */
  public record Standing(
      Map<String, Object> settings,
      List<SiteStatus> sites,
      List<LateUpdate> late,
      List<LateUpdate> accepted,
      List<Straggler> stragglers,
      List<Decision> decisions,
      int approved,
      boolean paused,
      Patience patience) {
    /** That of a job that nothing was done to. */
    public static final Standing NONE = recovered(Map.of(), List.of(), List.of());

    /** That of a job of which only the store knows. */
    public static Standing recovered(
        Map<String, Object> settings, List<SiteStatus> sites, List<LateUpdate> late) {
      return new Standing(
          settings, sites, late, List.of(), List.of(), List.of(), 0, false, Patience.FRESH);
    }

    /** The same with one more decision. */
    Standing deciding(Decision decision) {
      return new Standing(
          settings,
          sites,
          late,
          accepted,
          stragglers,
          Stream.concat(decisions.stream(), Stream.of(decision)).toList(),
          approved,
          paused,
          patience);
    }

    public Standing {
      requireNonNull(settings, "settings is null");
      sites = List.copyOf(sites);
      late = List.copyOf(late);
      accepted = List.copyOf(accepted);
      stragglers = List.copyOf(stragglers);
      decisions = List.copyOf(decisions);
      requireNonNull(patience, "patience is null");
    }

    /** That of a job that has borne nothing since its last finished round. */
    public Standing(
        Map<String, Object> settings,
        List<SiteStatus> sites,
        List<LateUpdate> late,
        List<LateUpdate> accepted,
        List<Straggler> stragglers,
        List<Decision> decisions,
        int approved,
        boolean paused) {
      this(
          settings, sites, late, accepted, stragglers, decisions, approved, paused, Patience.FRESH);
    }
  }

  /**
   * A site that is still at work for a round that has closed.
   *
   * @param until when nothing is to be expected of it any more, milliseconds since the epoch
   */
  public record Straggler(SiteName site, int round, int take, long until) {
    public Straggler {
      requireNonNull(site, "site is null");
    }

    /** Whether that is what the site answered for. */
    boolean is(SiteName who, int ofRound, int ofTake) {
      return site.equals(who) && round == ofRound && take == ofTake;
    }
  }

  /** A job whose initial model was just made. */
  public static JobProgress initial(long startedAt, Artifact model) {
    return new JobProgress(
        startedAt,
        -1,
        1,
        model,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        List.of(),
        Standing.NONE);
  }

  /** The same progress with rounds begun once more. */
  public JobProgress nextTake() {
    return at(take + 1);
  }

  /** The same progress in another take. */
  public JobProgress at(int newTake) {
    return new JobProgress(
        startedAt, round, newTake, model, state, metrics, best, stale, recent, standing);
  }

  /** The same progress of a job to which something else was done. */
  public JobProgress with(Standing other) {
    return new JobProgress(
        startedAt, round, take, model, state, metrics, best, stale, recent, other);
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
        take,
        result.model(),
        result.state(),
        result.summary().skipped() ? metrics : result.metrics(),
        better.or(() -> best),
        better.isPresent() ? 0 : stalled,
        Stream.concat(recent.stream(), Stream.of(result.summary()))
            .skip(recent.size() < RECENT ? 0 : 1)
            .toList(),
        standing);
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

  /** What is not a number is better than nothing else. */
  private boolean isBetter(Metrics metrics, JobSpec spec) {
    boolean byAccuracy = spec.evaluation().metric() == Metric.ACCURACY;
    double value = byAccuracy ? metrics.accuracy() : -metrics.loss();
    if (best.isEmpty() || Double.isNaN(value)) {
      return !Double.isNaN(value);
    }
    Metrics record = best.get().metrics();
    return value - (byAccuracy ? record.accuracy() : -record.loss()) > spec.stop().minDelta();
  }
}
