package io.roundhouse.workflows;

import io.roundhouse.spec.RoundsSpec;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;

/** Activity stubs: where an activity runs, how long it may take and how often it is tried. */
final class Activities {
  private static final RetryOptions AT_SITE =
      RetryOptions.newBuilder()
          .setInitialInterval(Duration.ofMillis(500))
          .setMaximumInterval(Duration.ofSeconds(30))
          .setMaximumAttempts(5)
          .build();
  private static final RetryOptions AT_SERVER =
      RetryOptions.newBuilder()
          .setInitialInterval(Duration.ofMillis(200))
          .setMaximumInterval(Duration.ofSeconds(30))
          .setDoNotRetry(
              "io.roundhouse.storage.ArtifactExistsException",
              "io.roundhouse.aggregation.AggregationException")
          .build();

  private Activities() {}

  /** An activity of a site, or of the server's model worker. */
  static <T> T atSite(Class<T> type, String queue, RoundsSpec rounds, String summary) {
    return Workflow.newActivityStub(
        type,
        ActivityOptions.newBuilder()
            .setTaskQueue(queue)
            .setSummary(summary)
            .setScheduleToStartTimeout(rounds.offlineAfter())
            .setStartToCloseTimeout(rounds.deadline())
            .setHeartbeatTimeout(rounds.heartbeat())
            .setRetryOptions(AT_SITE)
            .build());
  }

  /** An activity of the aggregation worker, tried for a day: the store may be away for a while. */
  static <T> T atServer(Class<T> type, String summary) {
    return Workflow.newActivityStub(
        type,
        ActivityOptions.newBuilder()
            .setTaskQueue(TaskQueues.AGGREGATE)
            .setSummary(summary)
            .setScheduleToCloseTimeout(Duration.ofDays(1))
            .setStartToCloseTimeout(Duration.ofHours(6))
            .setRetryOptions(AT_SERVER)
            .build());
  }
}
