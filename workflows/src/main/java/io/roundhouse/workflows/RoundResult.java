package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.RoundSummary;
import java.util.Optional;

/**
 * What a round hands to the next; the rest is in its manifest.
 *
 * @param summary the round in one row
 * @param model the global model it made
 * @param state the strategy's state after it
 * @param metrics what the model reached, if it was evaluated
 */
public record RoundResult(
    RoundSummary summary, Artifact model, Optional<Artifact> state, Optional<Metrics> metrics) {
  public RoundResult {
    requireNonNull(summary, "summary is null");
    requireNonNull(model, "model is null");
    requireNonNull(state, "state is null");
    requireNonNull(metrics, "metrics is null");
  }

  /** The result of a round with this manifest. */
  static RoundResult of(RoundManifest manifest) {
    return new RoundResult(
        manifest.summary(), manifest.model(), manifest.state(), manifest.evaluation().decisive());
  }
}
