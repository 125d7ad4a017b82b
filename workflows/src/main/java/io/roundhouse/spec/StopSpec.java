package io.roundhouse.spec;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * When a job stops before its last round.
 *
 * @param patience judged rounds without a better model after which it stops; never if absent
 * @param minDelta how much better a model must be to count
 * @param accuracy stop once this accuracy is reached
 */
public record StopSpec(Optional<Integer> patience, double minDelta, Optional<Double> accuracy) {
  public StopSpec {
    requireNonNull(patience, "patience is null");
    requireNonNull(accuracy, "accuracy is null");
  }
}
