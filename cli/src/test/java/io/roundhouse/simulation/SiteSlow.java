package io.roundhouse.simulation;

import io.roundhouse.domain.SiteName;
import io.roundhouse.workflows.AggregateTask;
import io.roundhouse.workflows.TrainTask;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A site that begins to train when the round goes on without it, or never.
 *
 * @param closed by round, whether it has gone on
 */
record SiteSlow(SiteName site, boolean never, Map<Integer, CountDownLatch> closed)
    implements Disturbance {
  SiteSlow(SiteName site, boolean never) {
    this(site, never, new ConcurrentHashMap<>());
  }

  @Override
  public @Nullable Object activity(Federation federation, ActivityCall call) {
    if (call.task() instanceof AggregateTask aggregation) {
      closed(aggregation.round()).countDown();
    }
    if (call.task() instanceof TrainTask training && training.site().equals(site)) {
      Waiting.on(never ? new CountDownLatch(1) : closed(training.round()));
    }
    return call.proceed();
  }

  private CountDownLatch closed(int round) {
    return closed.computeIfAbsent(round, any -> new CountDownLatch(1));
  }
}
