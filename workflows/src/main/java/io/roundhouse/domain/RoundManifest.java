package io.roundhouse.domain;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * The record of a finished round, {@code rounds/<round>/manifest.json}. It is written last: a round
 * without one never happened.
 *
 * @param job the job
 * @param round its number; 0 is the initial model, before any training
 * @param model the global model after the round
 * @param state the strategy's state after the round, where it keeps one
 * @param selected the sites that were asked, in site order
 * @param contributions the updates that the model is made of, in site order
 * @param exclusions the selected sites that are not in it, in site order
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
    Artifact model,
    Optional<Artifact> state,
    List<SiteName> selected,
    List<Contribution> contributions,
    List<Exclusion> exclusions,
    String strategy,
    String kernel,
    Evaluation evaluation,
    long startedAt,
    Seconds seconds,
    long bytes) {
  /**
   * Seconds by the workflow's clock: training until the round closed, aggregation, evaluation, all.
   */
  public record Seconds(double train, double aggregate, double evaluate, double total) {}

  public RoundManifest {
    requireNonNull(job, "job is null");
    requireNonNull(model, "model is null");
    requireNonNull(state, "state is null");
    selected = List.copyOf(selected);
    contributions = List.copyOf(contributions);
    exclusions = List.copyOf(exclusions);
    requireNonNull(strategy, "strategy is null");
    requireNonNull(kernel, "kernel is null");
    requireNonNull(evaluation, "evaluation is null");
    requireNonNull(seconds, "seconds is null");
  }

  /** The round in one row. */
  public RoundSummary summary() {
    return new RoundSummary(
        round,
        selected.size(),
        contributions.size(),
        (int) exclusions.stream().filter(e -> e.cause() == Exclusion.Cause.QUARANTINED).count(),
        evaluation.decisive().map(Metrics::accuracy),
        evaluation.decisive().map(Metrics::loss),
        seconds.total(),
        bytes,
        model.sha256());
  }
}
