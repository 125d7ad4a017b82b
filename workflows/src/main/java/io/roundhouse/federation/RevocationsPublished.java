package io.roundhouse.federation;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * The newest list of revoked certificates.
 *
 * @param path in the store
 * @param number grows with each list
 * @param revoked how many certificates are on it
 * @param nextUpdate when a newer one should be there
 */
public record RevocationsPublished(String path, long number, int revoked, Instant nextUpdate) {
  public RevocationsPublished {
    requireNonNull(path, "path is null");
    requireNonNull(nextUpdate, "nextUpdate is null");
  }
}
