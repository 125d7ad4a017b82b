package io.roundhouse.gateway;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets a limited number of polls wait at Temporal; the others wait here for their turn, first come,
 * first served. While there is room every poll is forwarded at once, for as long as Temporal lets
 * it wait. The fuller it gets beyond that, the shorter a poll may wait at Temporal before the next
 * one has its place, so that everybody's turn comes.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what follows is within
final class PollGate {
  /** Longest wait at Temporal, which answers polls after some 60 s itself. */
  private static final Duration LONGEST = Duration.ofSeconds(60);

  /** Shortest; Temporal refuses less than 2 s. */
  private static final Duration SHORTEST = Duration.ofSeconds(3);

  /** How often each poll should have its turn when there are more than places. */
  private static final Duration CYCLE = Duration.ofSeconds(20);

  /** The share of places from which on polls make room for others. */
  private static final double NEARLY_FULL = 0.95;

  /** A held poll is answered so long before its caller gives up. */
  private static final Duration MARGIN = Duration.ofSeconds(2);

  private static final byte[] NOTHING = {};

  private final int places;
  private final ScheduledExecutorService timer;
  private final Set<Held> waiting = new LinkedHashSet<>();
  private int forwarded;

  /** A poll that waits here. */
  private static final class Held {
    private final Object owner;
    private final Context caller;
    private final Function<Deadline, CompletableFuture<byte[]>> forward;
    private final CompletableFuture<byte[]> answer = new CompletableFuture<>();
    private @Nullable ScheduledFuture<?> timeout;

    Held(Object owner, Context caller, Function<Deadline, CompletableFuture<byte[]>> forward) {
      this.owner = owner;
      this.caller = caller;
      this.forward = forward;
    }
  }

  PollGate(int places, ScheduledExecutorService timer) {
    this.places = places;
    this.timer = timer;
  }

  /**
   * Lets a poll through when it is its turn.
   *
   * @param owner by which {@link #release} finds it
   * @param caller ends when the caller gives up
   * @param forward sends it to Temporal, to be answered until the deadline
   * @return Temporal's answer; empty if nothing came
   */
  CompletableFuture<byte[]> pass(
      Object owner, Context caller, Function<Deadline, CompletableFuture<byte[]>> forward) {
    Held poll = new Held(owner, caller, forward);
    synchronized (this) {
      if (forwarded >= places || !waiting.isEmpty()) {
        hold(poll);
        return poll.answer;
      }
      forwarded++;
    }
    send(poll);
    return poll.answer;
  }

  /** Answers the held polls of an owner that wants no more tasks. */
  void release(Object owner) {
    List<Held> released = new ArrayList<>();
    synchronized (this) {
      waiting.removeIf(poll -> poll.owner.equals(owner) && released.add(poll));
    }
    released.forEach(poll -> poll.answer.complete(NOTHING));
  }

  synchronized int held() {
    return waiting.size();
  }

  synchronized int forwarded() {
    return forwarded;
  }

  private void hold(Held poll) {
    waiting.add(poll);
    long millis = Math.max(0, remaining(poll).minus(MARGIN).toMillis());
    poll.timeout = timer.schedule(() -> giveUp(poll), millis, TimeUnit.MILLISECONDS);
    poll.caller.addListener(gone -> giveUp(poll), Runnable::run);
  }

  private void giveUp(Held poll) {
    synchronized (this) {
      if (!waiting.remove(poll)) {
        return;
      }
    }
    cancelTimeout(poll);
    poll.answer.complete(NOTHING);
  }

  private void send(Held poll) {
    cancelTimeout(poll);
    Duration slice = slice(remaining(poll).minus(MARGIN));
    if (slice.compareTo(SHORTEST) < 0 || poll.caller.isCancelled()) {
      poll.answer.complete(NOTHING);
      next();
      return;
    }
    CompletableFuture<byte[]> answered =
        poll.forward.apply(Deadline.after(slice.toMillis(), TimeUnit.MILLISECONDS));
    answered.whenComplete(
        (answer, failure) -> {
          if (failure == null) {
            poll.answer.complete(answer);
          } else if (Status.fromThrowable(failure).getCode() == Status.Code.DEADLINE_EXCEEDED) {
            poll.answer.complete(NOTHING);
          } else {
            poll.answer.completeExceptionally(failure);
          }
          next();
        });
  }

  /** A place is free. */
  private void next() {
    Held poll;
    synchronized (this) {
      Iterator<Held> first = waiting.iterator();
      if (!first.hasNext()) {
        forwarded--;
        return;
      }
      poll = first.next();
      first.remove();
    }
    Held turn = poll;
    // Not on this stack: a long row of callers that are gone would become as deep a stack.
    timer.execute(() -> send(turn));
  }

  private synchronized Duration slice(Duration remaining) {
    int all = forwarded + waiting.size();
    Duration slice = LONGEST;
    if (all > places * NEARLY_FULL) {
      double share = Math.min(1, (double) places / all);
      long millis =
          (long) (CYCLE.toMillis() * share * ThreadLocalRandom.current().nextDouble(0.9, 1.1));
      slice = Duration.ofMillis(Math.max(SHORTEST.toMillis(), millis));
    }
    return slice.compareTo(remaining) < 0 ? slice : remaining;
  }

  private static Duration remaining(Held poll) {
    Deadline deadline = poll.caller.getDeadline();
    return deadline == null
        ? LONGEST
        : Duration.ofMillis(Math.max(0, deadline.timeRemaining(TimeUnit.MILLISECONDS)));
  }

  private static void cancelTimeout(Held poll) {
    ScheduledFuture<?> timeout = poll.timeout;
    if (timeout != null) {
      timeout.cancel(false);
    }
  }
}
