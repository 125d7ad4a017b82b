package io.roundhouse.workflows;

import io.roundhouse.domain.Artifact;
import io.temporal.activity.ActivityInterface;

/** What the server needs a training engine for. */
@ActivityInterface
public interface ModelActivities {
  /** Makes the global model of round 0, or copies the one to start from, and returns it. */
  Artifact initialize(InitializeTask task);
}
