package io.roundhouse.simulation;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waiting for what another thread does. */
final class Waiting {
  private static final long MOST_SECONDS = 20;

  private Waiting() {}

  /** Returns when it is done, or when there is no more hope. */
  static boolean on(CountDownLatch latch) {
    try {
      return latch.await(MOST_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
