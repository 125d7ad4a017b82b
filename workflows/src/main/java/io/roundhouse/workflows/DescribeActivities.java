package io.roundhouse.workflows;

import io.temporal.activity.ActivityInterface;

/** A site's answer to a roll call. */
@ActivityInterface
public interface DescribeActivities {
  /** What the site says of itself. */
  SiteProfile describe();
}
