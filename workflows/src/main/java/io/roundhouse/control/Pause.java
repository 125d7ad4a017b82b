package io.roundhouse.control;

import static java.util.Objects.requireNonNull;

/**
 * Stops a job before its next round.
 *
 * @param by who
 * @param reason why; may be empty
 * @param now whether the running round is stopped too; its trainings go on from their checkpoints
 */
public record Pause(String by, String reason, boolean now) {
  public Pause {
    requireNonNull(by, "by is null");
    requireNonNull(reason, "reason is null");
  }
}
