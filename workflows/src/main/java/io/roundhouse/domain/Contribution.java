package io.roundhouse.domain;

import static java.util.Objects.requireNonNull;

/**
 * An update that went into the global model.
 *
 * @param update the update
 * @param staleness how many rounds late it came; 0 for one of the round itself
 * @param share its part of the round's weight, 0 to 1
 * @param distance Euclidean norm of its difference from the global model it started from
 */
public record Contribution(Update update, int staleness, double share, double distance) {
  public Contribution {
    requireNonNull(update, "update is null");
  }
}
