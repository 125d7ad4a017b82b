package io.roundhouse.federation;

import static java.util.Objects.requireNonNull;

/**
 * Revokes every certificate of a member.
 *
 * @param by who
 * @param name the member's
 * @param reason why
 */
public record Revoke(String by, String name, RevocationReason reason) {
  public Revoke {
    requireNonNull(by, "by is null");
    requireNonNull(name, "name is null");
    requireNonNull(reason, "reason is null");
  }
}
