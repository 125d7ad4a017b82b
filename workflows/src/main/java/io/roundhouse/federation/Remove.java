package io.roundhouse.federation;

import static java.util.Objects.requireNonNull;

/**
 * Takes a member off the register that has no valid certificate left.
 *
 * @param by who
 * @param name the member's
 */
public record Remove(String by, String name) {
  public Remove {
    requireNonNull(by, "by is null");
    requireNonNull(name, "name is null");
  }
}
