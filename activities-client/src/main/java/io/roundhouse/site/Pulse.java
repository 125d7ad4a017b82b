package io.roundhouse.site;

import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityCompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Heartbeats of an activity while it reads files, moves artifacts or evaluates, which do not
 * heartbeat themselves. A training does, and is not under it: one that hangs shall be found dead.
 */
final class Pulse {
  /** Well below the shortest heartbeat timeout of a job, which is 1 s. */
  static final long MILLIS = 250;

  private static final Logger LOG = LoggerFactory.getLogger(Pulse.class);
  private static final ScheduledExecutorService CLOCK =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "activity-pulse");
            thread.setDaemon(true);
            return thread;
          });

  private Pulse() {}

  /** Does the work and heartbeats the details every quarter second until it is done. */
  static <T> T during(ActivityExecutionContext activity, Object details, Supplier<T> work) {
    ScheduledFuture<?> beats =
        CLOCK.scheduleAtFixedRate(
            () -> beat(activity, details), MILLIS, MILLIS, TimeUnit.MILLISECONDS);
    try {
      return work.get();
    } finally {
      beats.cancel(false);
    }
  }

  private static void beat(ActivityExecutionContext activity, Object details) {
    try {
      activity.heartbeat(details);
    } catch (ActivityCompletionException e) {
      // The activity's own thread is told at its next heartbeat.
      LOG.debug("activity {} is no longer wanted", activity.getInfo().getActivityId(), e);
    }
  }
}
