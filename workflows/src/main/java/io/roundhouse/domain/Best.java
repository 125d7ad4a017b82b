package io.roundhouse.domain;

import static java.util.Objects.requireNonNull;

/**
 * The best model so far.
 *
 * @param round the round that made it
 * @param model the model
 * @param metrics what it reached
 */
public record Best(int round, Artifact model, Metrics metrics) {
  public Best {
    requireNonNull(model, "model is null");
    requireNonNull(metrics, "metrics is null");
  }
}
