package io.roundhouse.workflows;

import io.roundhouse.spec.RoundsSpec;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;

/** Activity stubs: where an activity runs, how long it may take and how often it is tried. */
final class Activities {
  private static final Duration SERVER_PATIENCE = Duration.ofDays(1);
  private static final Duration LONGEST = Duration.ofHours(6);
  private static final Duration SERVER_HEARTBEAT = Duration.ofSeconds(30);
  private static final Duration PUBLICATION = Duration.ofMinutes(10);
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

  /** An activity of a site. */
  static <T> T atSite(Class<T> type, String queue, RoundsSpec rounds, String summary) {
    return Workflow.newActivityStub(
        type,
        site(queue, rounds, summary)
            .setScheduleToStartTimeout(rounds.offlineAfter())
            .setStartToCloseTimeout(rounds.deadline())
            .build());
  }

  /** An activity of the server's model worker, which may be away for a while. */
  static <T> T atModelWorker(Class<T> type, RoundsSpec rounds, String summary) {
    return Workflow.newActivityStub(
        type,
        site(TaskQueues.MODEL, rounds, summary)
            .setScheduleToCloseTimeout(SERVER_PATIENCE)
            .setStartToCloseTimeout(rounds.deadline())
            .build());
  }

  /** Training at a site, which may take longer than its round where late updates are used. */
  static TrainActivities training(String queue, RoundsSpec rounds, String summary) {
    return Workflow.newActivityStub(
        TrainActivities.class,
        site(queue, rounds, summary)
            .setScheduleToStartTimeout(rounds.offlineAfter())
            .setStartToCloseTimeout(rounds.longestTraining())
            .build());
  }

  /** A call that waits until the site is there, and is soon over: nobody cancels it at the site. */
  static PrepareActivities call(String queue, RoundsSpec rounds, String summary) {
    return Workflow.newActivityStub(
        PrepareActivities.class,
        site(queue, rounds, summary)
            .setStartToCloseTimeout(rounds.deadline())
            .setCancellationType(ActivityCancellationType.ABANDON)
            .build());
  }

  private static ActivityOptions.Builder site(String queue, RoundsSpec rounds, String summary) {
    return ActivityOptions.newBuilder()
        .setTaskQueue(queue)
        .setSummary(summary)
        .setHeartbeatTimeout(rounds.heartbeat())
        .setRetryOptions(AT_SITE);
  }

  /** An activity of the aggregation worker, tried for a day: the store may be away for a while. */
  static <T> T atServer(Class<T> type, String summary) {
    return atServer(type, summary, SERVER_PATIENCE);
  }

  /** A publication: the next one does as well, so that it is not tried for long. */
  static ServerActivities publication() {
    return atServer(ServerActivities.class, "publish", PUBLICATION);
  }

  private static <T> T atServer(Class<T> type, String summary, Duration patience) {
    return Workflow.newActivityStub(
        type,
        ActivityOptions.newBuilder()
            .setTaskQueue(TaskQueues.AGGREGATE)
            .setSummary(summary)
            .setScheduleToCloseTimeout(patience)
            .setStartToCloseTimeout(patience.compareTo(LONGEST) < 0 ? patience : LONGEST)
            .setHeartbeatTimeout(SERVER_HEARTBEAT)
            .setRetryOptions(AT_SERVER)
            .build());
  }
}
