package io.roundhouse.control;

import static java.util.Objects.requireNonNull;

/**
 * Takes a job back to the end of an earlier round; the next round is the one after it.
 *
 * @param by who
 * @param reason why; may be empty
 * @param round from 0 to the last finished one
 */
public record Rewind(String by, String reason, int round) {
  public Rewind {
    requireNonNull(by, "by is null");
    requireNonNull(reason, "reason is null");
  }
}
