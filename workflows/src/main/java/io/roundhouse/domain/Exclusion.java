package io.roundhouse.domain;

import static java.util.Objects.requireNonNull;

/**
 * A selected site that did not contribute to a round, and why.
 *
 * @param site who
 * @param cause what kind of reason
 * @param reason the reason in words, with the site's own message where there is one
 */
public record Exclusion(SiteName site, Cause cause, String reason) {
  /** Why a site is not in the round's model. */
  public enum Cause {
    /** No worker took the task within the spec's {@code offlineAfter}. */
    OFFLINE,
    /** The training failed at the site. */
    FAILED,
    /** The round closed before the site answered. */
    LATE,
    /** The update was looked at and refused. */
    QUARANTINED
  }

  public Exclusion {
    requireNonNull(site, "site is null");
    requireNonNull(cause, "cause is null");
    requireNonNull(reason, "reason is null");
  }
}
