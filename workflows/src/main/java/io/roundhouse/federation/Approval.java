package io.roundhouse.federation;

import static java.util.Objects.requireNonNull;

/**
 * Lets a member in that has asked.
 *
 * @param by who
 * @param reason why; may be empty
 */
public record Approval(String by, String reason) {
  public Approval {
    requireNonNull(by, "by is null");
    requireNonNull(reason, "reason is null");
  }
}
