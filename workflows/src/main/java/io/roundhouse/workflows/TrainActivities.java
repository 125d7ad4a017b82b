package io.roundhouse.workflows;

import io.roundhouse.domain.Update;
import io.temporal.activity.ActivityInterface;

/** Training at a site. */
@ActivityInterface
public interface TrainActivities {
  /**
   * Trains the global model on the site's rows, writes the update to the store and returns the
   * reference. Heartbeats {@link TrainingProgress}; a repeated attempt goes on from the local
   * checkpoint.
   */
  Update train(TrainTask task);
}
