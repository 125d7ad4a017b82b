package io.roundhouse.simulation;

import io.roundhouse.domain.SiteName;
import io.roundhouse.workflows.AggregateTask;
import io.roundhouse.workflows.TrainTask;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A site that loses Temporal in the middle of a training but not the store: its first attempt is
 * given up, and uploads its update after the second one has.
 */
final class SiteZombie extends StoreInTrouble {
  private final SiteName site;
  private final int round;
  private final AtomicBoolean isolated = new AtomicBoolean();
  private final CountDownLatch first;
  private final CountDownLatch second;

  SiteZombie(SiteName site, int round) {
    this(site, round, new CountDownLatch(1), new CountDownLatch(1));
  }

  private SiteZombie(SiteName site, int round, CountDownLatch first, CountDownLatch second) {
    super(
        (method, path) -> {
          if (method.equals("PUT") && path.contains("/0000" + round + "/updates/" + site + ".1.")) {
            Waiting.on(second);
          }
          return StoreRelay.Trouble.NONE;
        });
    this.site = site;
    this.round = round;
    this.first = first;
    this.second = second;
  }

  @Override
  public void batch(Federation federation, TrainedBatch now) {
    if (now.task().site().equals(site)
        && now.task().round() == round
        && !isolated.getAndSet(true)) {
      federation.isolate(site);
      ForkJoinPool.commonPool().execute(() -> federation.revive(site));
    }
  }

  @Override
  public @Nullable Object activity(Federation federation, ActivityCall call) {
    if (call.task() instanceof AggregateTask aggregation && aggregation.round() == round) {
      Waiting.on(first);
    }
    Object result = call.proceed();
    if (call.task() instanceof TrainTask training
        && training.site().equals(site)
        && training.round() == round) {
      (call.attempt() == 1 ? first : second).countDown();
    }
    return result;
  }
}
