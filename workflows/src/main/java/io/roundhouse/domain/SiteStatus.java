package io.roundhouse.domain;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * A job's view of one of its sites.
 *
 * @param site who
 * @param state where it stands
 * @param reason why, where it is not ready; what was wrong with its last answer, where it is
 * @param lastSeen when it last answered, milliseconds since the epoch, if it ever has
 * @param examples rows it said it trains on
 * @param refused rounds in which its update was refused, since it joined or was restored
 */
public record SiteStatus(
    SiteName site,
    State state,
    String reason,
    Optional<Long> lastSeen,
    long examples,
    int refused) {
  /** Where a site stands. */
  public enum State {
    /** It was called and has not answered yet. */
    CALLED,
    /** It can be asked to train. */
    READY,
    /** Its training goes on though the round has closed. */
    BUSY,
    /** It does not take tasks; a call waits for it. */
    OFFLINE,
    /** It answered that it cannot take part. */
    UNFIT,
    /** It is left out until an operator restores it. */
    SUSPENDED,
    /** It is no longer part of the job. */
    LEFT
  }

  public SiteStatus {
    requireNonNull(site, "site is null");
    requireNonNull(state, "state is null");
    requireNonNull(reason, "reason is null");
    requireNonNull(lastSeen, "lastSeen is null");
  }

  /** A site that was never heard of. */
  public static SiteStatus called(SiteName site) {
    return new SiteStatus(site, State.CALLED, "", Optional.empty(), 0, 0);
  }

  /** The same site in another state. */
  public SiteStatus in(State next, String why) {
    return new SiteStatus(site, next, why, lastSeen, examples, refused);
  }

  /** The same site, ready, having just answered. */
  public SiteStatus seen(long now) {
    return new SiteStatus(site, State.READY, "", Optional.of(now), examples, refused);
  }

  /** The same site, ready, having said how many rows it has. */
  public SiteStatus seen(long now, long rows) {
    return new SiteStatus(site, State.READY, "", Optional.of(now), rows, refused);
  }

  /** The same site with one more refused update. */
  public SiteStatus refusedOnceMore() {
    return new SiteStatus(site, state, reason, lastSeen, examples, refused + 1);
  }

  /** Whether it counts as one of the job's sites. */
  public boolean counts() {
    return state != State.LEFT && state != State.SUSPENDED && state != State.UNFIT;
  }
}
