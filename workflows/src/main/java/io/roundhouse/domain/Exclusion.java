package io.roundhouse.domain;

import static java.util.Objects.requireNonNull;

/**
 * A site that did not contribute to a round, and why.
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
    QUARANTINED,
    /** It was still at work for an earlier round, and so was not asked. */
    BUSY,
    /** It said that it cannot take part, and so was not asked. */
    UNFIT,
    /** It was suspended, and so was not asked. */
    SUSPENDED
  }

  public Exclusion {
    requireNonNull(site, "site is null");
    requireNonNull(cause, "cause is null");
    requireNonNull(reason, "reason is null");
  }

  /** The same with a reason of at most so many characters. */
  public Exclusion cut(int longest) {
    return reason.length() <= longest
        ? this
        : new Exclusion(site, cause, reason.substring(0, longest) + "…");
  }
}
