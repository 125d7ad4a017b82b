package io.roundhouse.control;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.SiteName;

/**
 * Decides about one late update that waits.
 *
 * @param by who
 * @param reason why; may be empty
 * @param site whose
 * @param round the round that it was trained in
 * @param accept whether it goes into the next round
 */
public record DecideLate(String by, String reason, SiteName site, int round, boolean accept) {
  public DecideLate {
    requireNonNull(by, "by is null");
    requireNonNull(reason, "reason is null");
    requireNonNull(site, "site is null");
  }
}
