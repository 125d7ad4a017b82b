package io.roundhouse.workflows;

import io.temporal.activity.ActivityInterface;

/** The call that a site answers when it is there. */
@ActivityInterface
public interface PrepareActivities {
  /**
   * Type of the failure of a site that is outside its opening hours: it is offline for the job,
   * with the failure's message as the reason, until it answers a call again.
   */
  String SITE_CLOSED = "SiteClosed";

  /**
   * Looks whether the site can take part: it has the data set, enough rows of the right width, and
   * the training engine. Fails with what is missing and the cure.
   */
  Readiness prepare(PrepareTask task);
}
