package io.roundhouse.domain;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * What aggregating a round's updates gave.
 *
 * @param model the new global model; empty when fewer updates than the quorum passed the checks
 * @param state the strategy's own state after the round, where it keeps one
 * @param contributions the updates that passed, in site order
 * @param quarantined the updates that did not, in site order
 * @param strategy the strategy's name
 * @param kernel the kernel and device that computed it
 * @param bytesRead size of the updates read
 * @param seconds time it took
 */
public record Aggregation(
    Optional<Artifact> model,
    Optional<Artifact> state,
    List<Contribution> contributions,
    List<Exclusion> quarantined,
    String strategy,
    String kernel,
    long bytesRead,
    double seconds) {
  public Aggregation {
    requireNonNull(model, "model is null");
    requireNonNull(state, "state is null");
    contributions = List.copyOf(contributions);
    quarantined = List.copyOf(quarantined);
    requireNonNull(strategy, "strategy is null");
    requireNonNull(kernel, "kernel is null");
  }
}
