package io.roundhouse.domain;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * A finished round in one row.
 *
 * @param round its number
 * @param selected sites asked
 * @param answered sites in the model
 * @param quarantined sites whose update was refused
 * @param accuracy of the model just made, 0 to 1, if it was evaluated
 * @param loss of the model just made, if it was evaluated
 * @param seconds the whole round
 * @param bytes models and updates moved between sites and store
 * @param modelSha256 digest of the model just made
 */
public record RoundSummary(
    int round,
    int selected,
    int answered,
    int quarantined,
    Optional<Double> accuracy,
    Optional<Double> loss,
    double seconds,
    long bytes,
    Digest modelSha256) {
  public RoundSummary {
    requireNonNull(accuracy, "accuracy is null");
    requireNonNull(loss, "loss is null");
    requireNonNull(modelSha256, "modelSha256 is null");
  }
}
