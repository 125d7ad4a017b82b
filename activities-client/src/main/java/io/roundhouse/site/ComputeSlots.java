package io.roundhouse.site;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * How many trainings and evaluations run at once in this JVM, whatever the number of its sites, and
 * which devices they have.
 */
public final class ComputeSlots {
  private final Semaphore free;
  private final Deque<String> gpus;
  private final int allGpus;

  /**
   * @param slots at least 1
   */
  public ComputeSlots(int slots) {
    this(slots, List.of());
  }

  /**
   * @param slots at least 1
   * @param gpus the devices that tasks may use, each by one task at a time
   */
  public ComputeSlots(int slots, List<String> gpus) {
    if (slots < 1) {
      throw new IllegalArgumentException("slots is below 1: " + slots);
    }
    this.free = new Semaphore(slots, true);
    this.gpus = new ArrayDeque<>(gpus);
    this.allGpus = gpus.size();
  }

  /** One for each core. */
  public static ComputeSlots forThisMachine() {
    return new ComputeSlots(Runtime.getRuntime().availableProcessors());
  }

  /**
   * Does the work once a slot is free.
   *
   * @param waiting called every quarter second until then; an exception from it ends the waiting
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

  /**
   * Does the work once a slot and so many devices are free.
   *
   * @param waiting called every quarter second until then; an exception from it ends the waiting
   * @param work is told which devices it has
   * @throws io.temporal.failure.ApplicationFailure if there are not so many, free or taken
   * @throws InterruptedWorkException if the thread is interrupted while it waits
   */
  <T> T run(Runnable waiting, int devices, Function<List<String>, T> work) {
    if (devices > allGpus) {
      throw Failures.permanent(
          Failures.POLICY_REFUSED,
          "the program needs %d devices, but the site was started with %d, perhaps its organisation"
                  .formatted(devices, allGpus)
              + " should name more in its policy's slots.gpus and restart it");
    }
    List<String> taken = take(devices, waiting);
    try {
      return run(waiting, () -> work.apply(taken));
    } finally {
      synchronized (gpus) {
        gpus.addAll(taken);
        gpus.notifyAll();
      }
    }
  }

  /** Devices first: who waits for them shall not keep others from working. */
  private List<String> take(int devices, Runnable waiting) {
    try {
      while (true) {
        synchronized (gpus) {
          if (gpus.size() < devices) {
            gpus.wait(Pulse.MILLIS);
          }
          if (gpus.size() >= devices) {
            return Stream.generate(gpus::removeFirst).limit(devices).sorted().toList();
          }
        }
        waiting.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedWorkException(e);
    }
  }

  private void take(Runnable waiting) {
    try {
      while (!free.tryAcquire(Pulse.MILLIS, TimeUnit.MILLISECONDS)) {
        waiting.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedWorkException(e);
    }
  }
}
