package io.roundhouse.domain;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The record of a finished round, {@code rounds/<round>/manifest.json}. It is written last: a round
 * without one never happened.
 *
 * @param job the job
 * @param round its number; 0 is the initial model, before any training
 * @param take how often rounds had been begun again when this one began, counted from 1; a round
 *     takes the place of all rounds of its number and above of earlier takes
 * @param outcome what became of it
 * @param model the global model after the round
 * @param state the strategy's state after the round, where it keeps one
 * @param carried what the job brought into the round
 * @param selected the sites that were asked, in site order
 * @param contributions the updates that the model is made of, in site order
 * @param late the late updates that were looked at, in the order in which they came
 * @param exclusions the sites that are not in it, in site order; those that were not asked too
 * @param strategy the strategy's name
 * @param kernel the kernel and device that aggregated; empty in round 0
 * @param evaluation how the model does
 * @param startedAt when the round began, milliseconds since the epoch
 * @param seconds how long its parts took
 * @param bytes models and updates moved between sites and store
 */
public record RoundManifest(
    JobId job,
    int round,
    int take,
    Outcome outcome,
    Artifact model,
    Optional<Artifact> state,
    Carried carried,
    List<SiteName> selected,
    List<Contribution> contributions,
    List<LateUpdate> late,
    List<Exclusion> exclusions,
    String strategy,
    String kernel,
    Evaluation evaluation,
    long startedAt,
    Seconds seconds,
    long bytes) {
  /** What became of a round. */
  public enum Outcome {
    /** The initial model was judged. */
    INITIAL,
    /** Updates were aggregated. */
    AGGREGATED,
    /** Too few updates came, and the model stayed as it was. */
    SKIPPED
  }

  /**
   * What a job brings into a round and does not follow from the rounds before.
   *
   * @param settings what was changed of the spec, as a tree like it
   * @param sites the job's sites
   * @param decisions what was decided since the last round
   */
  public record Carried(
      Map<String, Object> settings, List<SiteStatus> sites, List<Decision> decisions) {
    public Carried {
      requireNonNull(settings, "settings is null");
      sites = List.copyOf(sites);
      decisions = List.copyOf(decisions);
    }
  }

  /**
   * Seconds by the workflow's clock: training until the round closed, aggregation, evaluation, all.
   */
  public record Seconds(double train, double aggregate, double evaluate, double total) {}

  public RoundManifest {
    requireNonNull(job, "job is null");
    requireNonNull(outcome, "outcome is null");
    requireNonNull(model, "model is null");
    requireNonNull(state, "state is null");
    requireNonNull(carried, "carried is null");
    selected = List.copyOf(selected);
    contributions = List.copyOf(contributions);
    late = List.copyOf(late);
    exclusions = List.copyOf(exclusions);
    requireNonNull(strategy, "strategy is null");
    requireNonNull(kernel, "kernel is null");
    requireNonNull(evaluation, "evaluation is null");
    requireNonNull(seconds, "seconds is null");
  }

  /** The round in one row. */
  public RoundSummary summary() {
    List<Exclusion> all =
        Stream.concat(
                exclusions.stream(), evaluation.missing().stream().map(RoundManifest::unjudged))
            .sorted(Comparator.comparing(Exclusion::site))
            .toList();
    return new RoundSummary(
        round,
        outcome == Outcome.SKIPPED,
        selected.size(),
        contributions.size(),
        (int) contributions.stream().filter(c -> c.staleness() > 0).count(),
        (int) exclusions.stream().filter(e -> e.cause() == Exclusion.Cause.QUARANTINED).count(),
        evaluation.decisive().map(Metrics::accuracy),
        evaluation.decisive().map(Metrics::loss),
        seconds.total(),
        bytes,
        model.sha256(),
        all,
        all.size());
  }

  private static Exclusion unjudged(Exclusion missing) {
    return new Exclusion(missing.site(), missing.cause(), "its evaluation: " + missing.reason());
  }
}
