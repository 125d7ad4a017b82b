package io.roundhouse.server;

import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityCompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Heartbeats of the server's activities, so that what a killed server was at is soon done by
 * another. They do their work in one piece and are repeated whole, so that a heartbeat says no more
 * than that the server lives.
 */
final class Pulse {
  /** Well below the heartbeat timeout of the server's activities, which is 30 s. */
  private static final long SECONDS = 5;

  private static final Logger LOG = LoggerFactory.getLogger(Pulse.class);
  private static final ScheduledExecutorService CLOCK =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "server-pulse");
            thread.setDaemon(true);
            return thread;
          });

  private Pulse() {}

  /** Does the work and heartbeats until it is done; only does it where no activity is under way. */
  static <T extends @Nullable Object> T during(Supplier<T> work) {
    ActivityExecutionContext activity;
    try {
      activity = Activity.getExecutionContext();
    } catch (IllegalStateException notInAnActivity) {
      return work.get();
    }
    ScheduledFuture<?> beats =
        CLOCK.scheduleAtFixedRate(() -> beat(activity), SECONDS, SECONDS, TimeUnit.SECONDS);
    try {
      return work.get();
    } finally {
      beats.cancel(false);
    }
  }

  private static void beat(ActivityExecutionContext activity) {
    try {
      activity.heartbeat(null);
    } catch (ActivityCompletionException e) {
      LOG.debug("activity {} is no longer wanted", activity.getInfo().getActivityId(), e);
    }
  }
}
