package io.roundhouse.workflows;

import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.Exclusion.Cause;
import io.roundhouse.domain.SiteName;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.TimeoutFailure;
import org.jspecify.annotations.Nullable;

/** What went wrong at a site, in words that are bounded whatever the site sent. */
final class SiteFailure {
  /** How the reasons of sites outside their opening hours begin. */
  static final String CLOSED = "closed: ";

  private static final int LONGEST = 1_000;

  /** Shorter is of no use to anybody. */
  private static final int SHORTEST = 160;

  /** Of all sites of a round together: a payload of Temporal must not exceed 2 MiB. */
  private static final int LONGEST_OF_ALL = 200_000;

  private SiteFailure() {}

  static Exclusion exclusion(SiteName site, @Nullable Throwable failure) {
    Throwable cause = failure instanceof ActivityFailure ? failure.getCause() : failure;
    if (cause instanceof TimeoutFailure timeout) {
      return switch (timeout.getTimeoutType()) {
        case TIMEOUT_TYPE_SCHEDULE_TO_START ->
            new Exclusion(
                site, Cause.OFFLINE, "no worker took its task, perhaps you should start the site");
        case TIMEOUT_TYPE_HEARTBEAT ->
            new Exclusion(site, Cause.OFFLINE, "it fell silent in the middle of its task");
        default -> new Exclusion(site, Cause.FAILED, "it did not finish in time");
      };
    }
    if (cause instanceof ApplicationFailure error) {
      if (PrepareActivities.SITE_CLOSED.equals(error.getType())) {
        return new Exclusion(site, Cause.OFFLINE, CLOSED + bounded(error.getOriginalMessage()));
      }
      return new Exclusion(site, Cause.FAILED, bounded(error.getOriginalMessage()));
    }
    return new Exclusion(
        site,
        Cause.FAILED,
        cause == null ? "it answered nothing" : "its answer cannot be read: " + bounded(cause));
  }

  /** One of the exclusions of so many sites, which together are not too long. */
  static Exclusion oneOf(int sites, Exclusion exclusion) {
    int most = Math.max(SHORTEST, Math.min(LONGEST, LONGEST_OF_ALL / Math.max(1, sites)));
    return exclusion.cut(most);
  }

  private static String bounded(@Nullable Object words) {
    String text = String.valueOf(words);
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }
}
