package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.SiteName;

/**
 * A site that can take part.
 *
 * @param site who
 * @param examples rows it trains on
 * @param heldOut rows it evaluates on
 */
public record Readiness(SiteName site, long examples, long heldOut) {
  public Readiness {
    requireNonNull(site, "site is null");
  }
}
