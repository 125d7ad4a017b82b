package io.roundhouse.federation;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * The end of a certificate before its time.
 *
 * @param at since when
 * @param by who revoked it
 * @param reason why
 */
public record Revocation(Instant at, String by, RevocationReason reason) {
  public Revocation {
    requireNonNull(at, "at is null");
    requireNonNull(by, "by is null");
    requireNonNull(reason, "reason is null");
  }
}
