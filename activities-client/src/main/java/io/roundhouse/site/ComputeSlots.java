package io.roundhouse.site;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** How many trainings and evaluations run at once in this JVM, whatever the number of its sites. */
public final class ComputeSlots {
  private final Semaphore free;

  /**
   * @param slots at least 1
   */
  public ComputeSlots(int slots) {
    if (slots < 1) {
      throw new IllegalArgumentException("slots is below 1: " + slots);
    }
    this.free = new Semaphore(slots, true);
  }

  /** One for each core. */
  public static ComputeSlots forThisMachine() {
    return new ComputeSlots(Runtime.getRuntime().availableProcessors());
  }

  /**
   * Does the work once a slot is free.
   *
   * @param waiting called every second until then; an exception from it ends the waiting
   * @throws InterruptedWorkException if the thread is interrupted while it waits
   */
  <T> T run(Runnable waiting, Supplier<T> work) {
    take(waiting);
    try {
      return work.get();
    } finally {
      free.release();
    }
  }

  private void take(Runnable waiting) {
    try {
      while (!free.tryAcquire(1, TimeUnit.SECONDS)) {
        waiting.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedWorkException(e);
    }
  }
}
