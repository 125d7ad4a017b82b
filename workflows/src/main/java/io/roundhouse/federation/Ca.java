package io.roundhouse.federation;

import io.roundhouse.workflows.TaskQueues;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;

/** Stubs of the authority's activities. */
final class Ca {
  /** The authority may be switched off over a weekend. */
  static final Duration PATIENCE = Duration.ofDays(7);

  private static final RetryOptions TRIES =
      RetryOptions.newBuilder()
          .setInitialInterval(Duration.ofSeconds(1))
          .setMaximumInterval(Duration.ofMinutes(1))
          .setDoNotRetry(
              "io.roundhouse.provisioning.ProvisioningException",
              "io.roundhouse.storage.ArtifactExistsException")
          .build();

  private Ca() {}

  static CaActivities activities(String summary) {
    return Workflow.newActivityStub(
        CaActivities.class,
        ActivityOptions.newBuilder()
            .setTaskQueue(TaskQueues.CA)
            .setStartToCloseTimeout(Duration.ofMinutes(2))
            .setScheduleToCloseTimeout(PATIENCE)
            .setRetryOptions(TRIES)
            .setSummary(summary)
            .build());
  }
}
