package io.roundhouse.federation;

import static java.util.Objects.requireNonNull;

/**
 * Turns a member away that has asked.
 *
 * @param by who
 * @param reason why; the member reads it
 */
public record Denial(String by, String reason) {
  public Denial {
    requireNonNull(by, "by is null");
    requireNonNull(reason, "reason is null");
  }
}
