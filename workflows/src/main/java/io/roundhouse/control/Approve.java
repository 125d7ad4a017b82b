package io.roundhouse.control;

import static java.util.Objects.requireNonNull;

/**
 * Approves the model of the last round.
 *
 * @param by who
 * @param reason why; may be empty
 * @param round which; must be the last finished one
 */
public record Approve(String by, String reason, int round) {
  public Approve {
    requireNonNull(by, "by is null");
    requireNonNull(reason, "reason is null");
  }
}
