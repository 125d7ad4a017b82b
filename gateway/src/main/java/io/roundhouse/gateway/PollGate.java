package io.roundhouse.gateway;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import io.temporal.api.workflowservice.v1.PollActivityTaskQueueResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
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
 * one has its place, so that everybody's turn comes. A poll that comes back from Temporal without a
 * task waits for its next turn until its caller gives up.
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

  /** Temporal wants no more of a poll that it answers so soon without a task. */
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  /** A poll is answered so long before its caller gives up. */
  private static final Duration MARGIN = Duration.ofSeconds(2);

  private static final PollActivityTaskQueueResponse NOTHING =
      PollActivityTaskQueueResponse.getDefaultInstance();

  private final int places;
  private final ScheduledExecutorService timer;
  private final Set<Poll> atTemporal = new HashSet<>();
  private final Set<Poll> waiting = new LinkedHashSet<>();

  /** One that was not answered yet. */
  private static final class Poll {
    private final Object owner;
    private final Context caller;
    private final Function<Deadline, CompletableFuture<PollActivityTaskQueueResponse>> forward;
    private final CompletableFuture<PollActivityTaskQueueResponse> answer =
        new CompletableFuture<>();
    private boolean hasTimeout;
    private boolean isReleased;

    Poll(
        Object owner,
        Context caller,
        Function<Deadline, CompletableFuture<PollActivityTaskQueueResponse>> forward) {
      this.owner = owner;
      this.caller = caller;
      this.forward = forward;
    }

    /** How long an answer may still take. */
    private Duration remaining() {
      Deadline deadline = caller.getDeadline();
      return deadline == null
          ? LONGEST
          : Duration.ofMillis(deadline.timeRemaining(TimeUnit.MILLISECONDS)).minus(MARGIN);
    }

    private boolean isOver() {
      return isReleased || caller.isCancelled() || remaining().compareTo(SHORTEST) < 0;
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
   * @return the task; one without a token if none came
   */
  CompletableFuture<PollActivityTaskQueueResponse> pass(
      Object owner,
      Context caller,
      Function<Deadline, CompletableFuture<PollActivityTaskQueueResponse>> forward) {
    Poll poll = new Poll(owner, caller, forward);
    synchronized (this) {
      if (atTemporal.size() >= places || !waiting.isEmpty()) {
        hold(poll);
        return poll.answer;
      }
      atTemporal.add(poll);
    }
    send(poll);
    return poll.answer;
  }

  /** Answers the held polls of an owner that wants no more tasks; none has another turn. */
  void release(Object owner) {
    List<Poll> released = new ArrayList<>();
    synchronized (this) {
      atTemporal.forEach(poll -> poll.isReleased |= poll.owner.equals(owner));
      waiting.removeIf(poll -> poll.owner.equals(owner) && released.add(poll));
    }
    released.forEach(poll -> poll.answer.complete(NOTHING));
  }

  synchronized int held() {
    return waiting.size();
  }

  synchronized int forwarded() {
    return atTemporal.size();
  }

  private void hold(Poll poll) {
    waiting.add(poll);
    if (!poll.hasTimeout) {
      poll.hasTimeout = true;
      ScheduledFuture<?> timeout =
          timer.schedule(() -> giveUp(poll), poll.remaining().toMillis(), TimeUnit.MILLISECONDS);
      poll.answer.whenComplete((answer, failure) -> timeout.cancel(false));
      poll.caller.addListener(gone -> giveUp(poll), Runnable::run);
    }
  }

  private void giveUp(Poll poll) {
    synchronized (this) {
      if (!waiting.remove(poll)) {
        return;
      }
    }
    poll.answer.complete(NOTHING);
  }

  private void send(Poll poll) {
    long start = System.nanoTime();
    Duration turn = turn(poll);
    if (turn.isZero()) {
      leave(poll);
      poll.answer.complete(NOTHING);
      return;
    }
    poll.forward
        .apply(Deadline.after(turn.toMillis(), TimeUnit.MILLISECONDS))
        .whenComplete(
            (task, failure) -> {
              if (task != null && !task.getTaskToken().isEmpty()) {
                leave(poll);
                poll.answer.complete(task);
              } else if (failure != null && !isTimeout(failure)) {
                leave(poll);
                poll.answer.completeExceptionally(failure);
              } else if (isAtOnce(start, failure) || !waitAgain(poll)) {
                leave(poll);
                poll.answer.complete(NOTHING);
              }
            });
  }

  private static boolean isTimeout(Throwable failure) {
    return Status.fromThrowable(failure).getCode() == Status.Code.DEADLINE_EXCEEDED;
  }

  private static boolean isAtOnce(long start, @Nullable Throwable failure) {
    return failure == null && System.nanoTime() - start < AT_ONCE.toNanos();
  }

  private void leave(Poll poll) {
    synchronized (this) {
      atTemporal.remove(poll);
    }
    next();
  }

  private boolean waitAgain(Poll poll) {
    synchronized (this) {
      if (poll.isOver()) {
        return false;
      }
      atTemporal.remove(poll);
      hold(poll);
    }
    next();
    return true;
  }

  /** A place is free. */
  private void next() {
    Poll poll;
    synchronized (this) {
      Iterator<Poll> first = waiting.iterator();
      if (!first.hasNext()) {
        return;
      }
      poll = first.next();
      first.remove();
      atTemporal.add(poll);
    }
    // Not on this stack: a long row of callers that are gone would become as deep a stack.
    timer.execute(() -> send(poll));
  }

  /** How long a poll may wait at Temporal now; zero if its time is over. */
  private synchronized Duration turn(Poll poll) {
    if (poll.isOver()) {
      return Duration.ZERO;
    }
    int all = atTemporal.size() + waiting.size();
    Duration turn = LONGEST;
    if (all > places * NEARLY_FULL) {
      double share = Math.min(1, (double) places / all);
      long millis =
          (long) (CYCLE.toMillis() * share * ThreadLocalRandom.current().nextDouble(0.9, 1.1));
      turn = Duration.ofMillis(Math.max(SHORTEST.toMillis(), millis));
    }
    Duration remaining = poll.remaining();
    return turn.compareTo(remaining) < 0 ? turn : remaining;
  }
}
