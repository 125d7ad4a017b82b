package io.roundhouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.Deadline;
import io.grpc.Status;
import io.temporal.api.workflowservice.v1.PollActivityTaskQueueResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // most polls are asked about by their turn
class PollGateTest {
  private static final PollActivityTaskQueueResponse NOTHING =
      PollActivityTaskQueueResponse.getDefaultInstance();

  private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
  private final PollGate gate = new PollGate(2, timer);
  private final BlockingQueue<Forwarded> forwarded = new LinkedBlockingQueue<>();
  private final List<CancellableContext> contexts = new ArrayList<>();

  /** A poll that is at Temporal. */
  private record Forwarded(
      String name, Deadline deadline, CompletableFuture<PollActivityTaskQueueResponse> answer) {

    void endTurn() {
      answer.completeExceptionally(Status.DEADLINE_EXCEEDED.asRuntimeException());
    }
  }

  @AfterEach
  void stop() {
    timer.shutdownNow();
    contexts.forEach(context -> context.cancel(null));
  }

  @Test
  void forwardsAtOnceWhileThereIsRoom() {
    poll("a", 60);
    poll("b", 60);

    assertThat(forwarded).extracting(Forwarded::name).containsExactly("a", "b");
    assertThat(gate.forwarded()).isEqualTo(2);
  }

  @Test
  void theLonelyMayWaitLong() {
    PollGate wide = new PollGate(10, timer);
    poll(wide, "a", context(70));

    assertThat(next().deadline.timeRemaining(TimeUnit.SECONDS)).isGreaterThan(50);
  }

  @Test
  void holdsTheOthersAndLetsThemInInTheirOrder() {
    List<CompletableFuture<PollActivityTaskQueueResponse>> polls = new ArrayList<>();
    for (String name : List.of("a", "b", "c", "d", "e")) {
      polls.add(poll(name, 60));
    }
    assertThat(gate.held()).isEqualTo(3);

    for (String name : List.of("a", "b", "c", "d", "e")) {
      Forwarded turn = next();
      assertThat(turn.name).isEqualTo(name);
      turn.answer.complete(task(name));
    }

    assertThat(polls).allSatisfy(poll -> assertThat(poll.join().getTaskToken().size()).isOne());
    assertThat(gate.held()).isZero();
    assertThat(gate.forwarded()).isZero();
  }

  @Test
  void whoComesLaterDoesNotOvertake() {
    poll("a", 60);
    poll("b", 60);
    poll("c", 60);
    Forwarded first = next();
    next();

    first.answer.complete(NOTHING);
    poll("d", 60);

    assertThat(next().name).isEqualTo("c");
    assertThat(forwarded).isEmpty();
  }

  @Test
  void theFullerItIsTheShorterTheTurns() {
    for (int i = 0; i < 8; i++) {
      poll("p" + i, 600);
    }
    next();
    next().answer.complete(NOTHING);

    long seconds = next().deadline.timeRemaining(TimeUnit.MILLISECONDS);

    assertThat(seconds).isBetween(2000L, 7000L);
  }

  @Test
  void aHeldPollIsAnsweredBeforeItsCallerGivesUp() {
    poll("a", 60);
    poll("b", 60);
    CompletableFuture<PollActivityTaskQueueResponse> held = poll("c", 2);

    assertThat(held.join()).isEqualTo(NOTHING);
    assertThat(gate.held()).isZero();
  }

  @Test
  void theHeldPollsOfAWorkerThatStopsAreAnswered() {
    poll("a", 60);
    poll("b", 60);
    CompletableFuture<PollActivityTaskQueueResponse> one = poll("c", 60);
    CompletableFuture<PollActivityTaskQueueResponse> other = poll("d", 60);

    gate.release("c");

    assertThat(one.join()).isEqualTo(NOTHING);
    assertThat(other).isNotDone();
    assertThat(gate.held()).isEqualTo(1);
  }

  @Test
  void whoGoesAwayLosesItsPlace() {
    poll("a", 60);
    poll("b", 60);
    CancellableContext gone = context(60);
    poll(gate, "c", gone);
    poll("d", 60);

    gone.cancel(null);
    next().answer.completeExceptionally(Status.UNAVAILABLE.asRuntimeException());
    next();

    assertThat(next().name).isEqualTo("d");
  }

  @Test
  void anEndedTurnIsNoFailure() {
    CompletableFuture<PollActivityTaskQueueResponse> poll = poll("a", 60);
    CompletableFuture<PollActivityTaskQueueResponse> failed = poll("b", 60);

    next().endTurn();
    next().answer.completeExceptionally(Status.UNAVAILABLE.asRuntimeException());
    next().answer.complete(task("t"));

    assertThat(poll.join()).isEqualTo(task("t"));
    assertThat(failed).isCompletedExceptionally();
    assertThat(gate.forwarded()).isZero();
  }

  @Test
  void whoseTurnEndsLetsTheOthersGoFirst() {
    poll("a", 60);
    poll("b", 60);
    poll("c", 60);
    Forwarded first = next();
    next();

    first.endTurn();

    Forwarded second = next();
    assertThat(second.name).isEqualTo("c");
    assertThat(gate.held()).isEqualTo(1);
    second.answer.complete(task("c"));
    assertThat(next().name).isEqualTo("a");
  }

  @Test
  void aPollWhoseCallerHasLittleTimeLeftIsAnswered() throws InterruptedException {
    CompletableFuture<PollActivityTaskQueueResponse> poll = poll("a", 6);
    Forwarded turn = next();
    TimeUnit.MILLISECONDS.sleep(1500);

    turn.answer.complete(NOTHING);

    assertThat(poll.join()).isEqualTo(NOTHING);
    assertThat(gate.forwarded()).isZero();
  }

  @Test
  void anAnswerWithoutATaskIsTheEndOfATurnOnly() throws InterruptedException {
    CompletableFuture<PollActivityTaskQueueResponse> poll = poll("a", 60);
    Forwarded turn = next();
    TimeUnit.MILLISECONDS.sleep(1500);

    turn.answer.complete(NOTHING);
    next().answer.complete(task("t"));

    assertThat(poll.join()).isEqualTo(task("t"));
  }

  @Test
  void aWorkerThatStopsHasNoOtherTurn() {
    CompletableFuture<PollActivityTaskQueueResponse> poll = poll("a", 60);
    CompletableFuture<PollActivityTaskQueueResponse> other = poll("b", 60);

    gate.release("a");
    next().endTurn();
    next().endTurn();

    assertThat(poll.join()).isEqualTo(NOTHING);
    assertThat(next().name).isEqualTo("b");
    assertThat(other).isNotDone();
  }

  @Test
  void anAnswerThatComesAtOnceIsPassedOn() {
    CompletableFuture<PollActivityTaskQueueResponse> poll = poll("a", 60);

    next().answer.complete(NOTHING);

    assertThat(poll.join()).isEqualTo(NOTHING);
    assertThat(forwarded).isEmpty();
  }

  @Test
  void thousandsWhoWentAwayDoNotBlockTheNext() {
    poll("a", 60);
    poll("b", 60);
    for (int i = 0; i < 20_000; i++) {
      CancellableContext context = context(60);
      poll(gate, "gone", context);
    }
    poll("last", 60);
    contexts.subList(2, 20_002).forEach(context -> context.cancel(null));

    next().answer.complete(NOTHING);
    next();

    assertThat(next().name).isEqualTo("last");
  }

  private CompletableFuture<PollActivityTaskQueueResponse> poll(String name, int seconds) {
    return poll(gate, name, context(seconds));
  }

  private CompletableFuture<PollActivityTaskQueueResponse> poll(
      PollGate at, String name, Context caller) {
    return at.pass(
        name,
        caller,
        deadline -> {
          Forwarded poll = new Forwarded(name, deadline, new CompletableFuture<>());
          forwarded.add(poll);
          return poll.answer;
        });
  }

  private CancellableContext context(int seconds) {
    CancellableContext context = Context.ROOT.withDeadlineAfter(seconds, TimeUnit.SECONDS, timer);
    contexts.add(context);
    return context;
  }

  private static PollActivityTaskQueueResponse task(String token) {
    return PollActivityTaskQueueResponse.newBuilder()
        .setTaskToken(ByteString.copyFromUtf8(token))
        .build();
  }

  private Forwarded next() {
    try {
      return forwarded.take();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
