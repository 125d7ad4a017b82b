package io.roundhouse.simulation;

import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Loses the workflow worker some milliseconds after the start of each of a job's activities. */
final class WorkflowsLost implements Disturbance {
  private static final int MOST_MILLIS = 60;

  private final SplittableRandom random;
  private final AtomicInteger toCome;
  private final CountDownLatch left;

  WorkflowsLost(long seed, int times) {
    random = new SplittableRandom(seed);
    toCome = new AtomicInteger(times);
    left = new CountDownLatch(times);
  }

  /** How many losses have not happened. */
  long left() {
    return left.getCount();
  }

  /** The job's last activity waits for the last loss. */
  @Override
  public @Nullable Object activity(Federation federation, ActivityCall call) {
    if (toCome.getAndDecrement() > 0) {
      later().execute(() -> lose(federation));
    }
    if (call.type().equals("Close")) {
      Waiting.on(left);
    }
    return call.proceed();
  }

  private synchronized Executor later() {
    return CompletableFuture.delayedExecutor(random.nextInt(MOST_MILLIS), TimeUnit.MILLISECONDS);
  }

  private void lose(Federation federation) {
    federation.replaceWorkflowWorker();
    left.countDown();
  }
}
