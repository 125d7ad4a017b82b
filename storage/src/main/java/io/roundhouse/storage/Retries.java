package io.roundhouse.storage;

import java.util.function.Supplier;

/**
 * Asks again when the store is not available: a task with many requests shall not start anew
 * because of one. Tasks themselves are tried again too, so an outage is not waited for here.
 */
final class Retries {
  private static final int TRIES = 4;
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final int FACTOR = 3;

  private Retries() {}

  /**
   * What the request gives within four tries, 0.65 s of pauses between them.
   *
   * @param request has the same effect when it is repeated
   * @throws StoreUnavailableException if all fail, or the thread is interrupted in between
   */
  static <T> T of(Supplier<T> request) {
    for (int tries = 1; ; tries++) {
      try {
        return request.get();
      } catch (StoreUnavailableException e) {
        pause(tries, e);
      }
    }
  }

  /** Likewise, for a request that gives nothing. */
  static void run(Runnable request) {
    for (int tries = 1; ; tries++) {
      try {
        request.run();
        return;
      } catch (StoreUnavailableException e) {
        pause(tries, e);
      }
    }
  }

  private static void pause(int tries, StoreUnavailableException failure) {
    if (tries == TRIES) {
      throw failure;
    }
    try {
      Thread.sleep(FIRST_PAUSE_MILLIS * (long) Math.pow(FACTOR, tries - 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure;
    }
  }
}
