package io.roundhouse.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ComputeSlotsTest {
  private final ExecutorService sites = Executors.newFixedThreadPool(4);

  @AfterEach
  void stop() {
    sites.shutdownNow();
  }

  @Test
  void runsNoMoreAtOnceThanThereAreSlots() throws Exception {
    ComputeSlots slots = new ComputeSlots(2);
    AtomicInteger running = new AtomicInteger();
    List<Future<Integer>> seen = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      seen.add(
          sites.submit(
              () ->
                  slots.run(
                      () -> {},
                      () -> {
                        int now = running.incrementAndGet();
                        Thread.onSpinWait();
                        running.decrementAndGet();
                        return now;
                      })));
    }
    for (Future<Integer> now : seen) {
      assertThat(now.get()).isBetween(1, 2);
    }
  }

  @Test
  void heartbeatsWhileItWaits() throws Exception {
    ComputeSlots slots = new ComputeSlots(1);
    CountDownLatch beats = new CountDownLatch(1);
    CountDownLatch taken = new CountDownLatch(1);
    Future<Boolean> holder =
        sites.submit(
            () ->
                slots.run(
                    () -> {},
                    () -> {
                      taken.countDown();
                      return await(beats);
                    }));
    taken.await();
    assertThat(slots.run(beats::countDown, () -> "done")).isEqualTo("done");
    assertThat(holder.get()).isTrue();
  }

  @Test
  void stopsWaitingWhenTheHeartbeatThrows() throws Exception {
    ComputeSlots slots = new ComputeSlots(1);
    slots.run(
        () -> {},
        () -> {
          Future<String> cancelled =
              sites.submit(
                  () ->
                      slots.run(
                          () -> {
                            throw new IllegalStateException("cancelled");
                          },
                          () -> "never"));
          assertThatThrownBy(cancelled::get).hasRootCauseMessage("cancelled");
          return true;
        });
    assertThat(slots.run(() -> {}, () -> "free again")).isEqualTo("free again");
  }

  private static boolean await(CountDownLatch latch) {
    try {
      latch.await();
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
