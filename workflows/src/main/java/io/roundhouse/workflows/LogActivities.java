package io.roundhouse.workflows;

import io.temporal.activity.ActivityInterface;

/** What sites and servers give of their logs. */
@ActivityInterface
public interface LogActivities {
  /** The newest lines of a job; a site gives them only if its policy lets it. */
  LogAnswer tellLog(LogTask task);
}
