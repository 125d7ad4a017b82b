package io.roundhouse.workflows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.groups.Tuple.tuple;

import io.roundhouse.control.Abort;
import io.roundhouse.control.Change;
import io.roundhouse.control.Pause;
import io.roundhouse.control.Resume;
import io.roundhouse.control.Rewind;
import io.roundhouse.domain.Decision;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.RoundManifest;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a job is at, an order or a cancellation ends it, with its reason. */
@Timeout(60)
class PhasesTest {
  private static final Set<Phase> WITHOUT_FOLDER = EnumSet.of(Phase.OPENING);

  private final FakeFederation federation = new FakeFederation();
  private final FakeFederation.Halt halt = new FakeFederation.Halt();
  private final FakeFederation.Gate gate = federation.gate();

  /** What a job is at when it is told to end. */
  enum Phase {
    OPENING,
    MAKING_THE_MODEL,
    CALLING_SITES,
    BLOCKED,
    JUDGING_THE_INITIAL_MODEL,
    TRAINING,
    AGGREGATING,
    EVALUATING_AT_THE_SERVER,
    EVALUATING_AT_SITES,
    PAUSED,
    AWAITING_APPROVAL
  }

  @AfterEach
  void stop() {
    federation.close();
  }

  /** Runs a job up to the phase, in its second round where the phase is one of a round. */
  private WorkflowStub startAndReach(Phase phase) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("rounds.count", 4);
    settings.put("rounds.heartbeat", "1s");
    settings.put("evaluation.central", true);
    if (phase != Phase.BLOCKED) {
      // The timer of a wait that is over goes on in the SDK (1.38.0), and a workflow stands still
      // for ever that cancels a timer as it fires on the in-memory server.
      settings.put("rounds.offlineAfter", "9h");
    }
    federation
        .site(
            "a",
            task ->
                (phase == Phase.TRAINING || phase == Phase.PAUSED) && task.round() == 2
                    ? gate.pass(task)
                    : FakeFederation.update(task, 10))
        .site("b");
    switch (phase) {
      case OPENING -> federation.claim = task -> halt.here();
      case MAKING_THE_MODEL ->
          federation.initialModel =
              () -> {
                halt.here();
                return FakeFederation.artifact("rounds/0/global");
              };
      case CALLING_SITES -> federation.absentSite("c");
      case BLOCKED -> {
        federation.absentSite("c");
        settings.put("rounds.quorum", 3);
        settings.put("rounds.waitForSites", "9h");
      }
      case JUDGING_THE_INITIAL_MODEL -> haltEvaluation(0, true);
      case AGGREGATING ->
          federation.quarantine =
              task -> {
                if (task.round() == 2) {
                  halt.here();
                }
                return List.of();
              };
      case EVALUATING_AT_THE_SERVER -> haltEvaluation(2, true);
      case EVALUATING_AT_SITES -> haltEvaluation(2, false);
      case AWAITING_APPROVAL -> settings.put("approval.every", 2);
      case TRAINING, PAUSED -> {}
    }
    WorkflowStub job = federation.start(settings);
    switch (phase) {
      case CALLING_SITES ->
          federation.await(
              "the calls", () -> federation.job().status().message().equals("calling the sites"));
      case BLOCKED -> federation.await(JobState.BLOCKED);
      case TRAINING -> gate.awaitReached();
      case PAUSED -> {
        gate.awaitReached();
        federation.job().pause(new Pause("ann", "", false));
        gate.open();
        federation.await(JobState.PAUSED);
      }
      case AWAITING_APPROVAL -> federation.await(JobState.AWAITING_APPROVAL);
      default -> halt.awaitReached();
    }
    return job;
  }

  private void haltEvaluation(int round, boolean atServer) {
    if (atServer) {
      federation.central =
          task -> {
            if (task.round() == round) {
              halt.here();
            }
            return new Metrics(0.5, 1, 100);
          };
    } else {
      federation.atSite =
          (site, task) -> {
            if (task.round() == round) {
              halt.here();
            }
            return new Metrics(0.25, 2, 1);
          };
    }
  }

  @ParameterizedTest
  @EnumSource
  void anAbortEndsTheJobInEveryPhase(Phase phase) {
    startAndReach(phase);
    federation.job().abort(new Abort("ann", "enough"));
    JobResult result = federation.result();

    assertThat(result.state()).isEqualTo(JobState.ABORTED);
    assertThat(result.reason()).isEqualTo("aborted by ann: enough");
    assertClosed(phase, "aborted by ann: enough");
  }

  @ParameterizedTest
  @EnumSource
  void aCancellationEndsTheJobInEveryPhase(Phase phase) {
    WorkflowStub job = startAndReach(phase);
    job.cancel();

    WorkflowFailedException failed =
        catchThrowableOfType(WorkflowFailedException.class, () -> job.getResult(JobResult.class));
    assertThat(failed).hasCauseInstanceOf(CanceledFailure.class);
    assertClosed(phase, "cancelled");
  }

  private void assertClosed(Phase phase, String reason) {
    assertThat(federation.job().status().state()).isEqualTo(JobState.ABORTED);
    assertThat(federation.job().status().message()).isEqualTo(reason);
    assertThat(federation.job().status().decisions())
        .noneSatisfy(decision -> assertThat(decision.text()).contains("cannot take part"));
    if (WITHOUT_FOLDER.contains(phase)) {
      assertThat(federation.results).isEmpty();
    } else {
      assertThat(federation.results)
          .extracting(JobResult::state, JobResult::reason)
          .containsExactly(tuple(JobState.ABORTED, reason));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      names = {"AGGREGATING", "EVALUATING_AT_THE_SERVER", "EVALUATING_AT_SITES", "TRAINING"})
  void aPauseAtOnceDoesTheRoundAgainWhateverItIsAt(Phase phase) {
    startAndReach(phase);
    federation.job().pause(new Pause("ann", "", true));
    federation.await(JobState.PAUSED);
    assertThat(federation.discarded).containsExactly("2.1");
    halt.open();
    gate.open();
    federation.job().resume(new Resume("ann", ""));
    JobResult result = federation.result();

    assertThat(result.state()).isEqualTo(JobState.COMPLETED);
    assertThat(federation.manifest(2).take()).isEqualTo(2);
    assertThat(federation.manifest(2).contributions()).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      names = {"AGGREGATING", "EVALUATING_AT_THE_SERVER", "EVALUATING_AT_SITES"})
  void aPauseWaitsForTheEndOfTheRoundWhateverItIsAt(Phase phase) {
    startAndReach(phase);
    federation.job().pause(new Pause("ann", "", false));
    halt.open();
    federation.await(JobState.PAUSED);
    assertThat(federation.manifests).hasSize(3);
    federation.job().resume(new Resume("ann", ""));

    assertThat(federation.result().state()).isEqualTo(JobState.COMPLETED);
    assertThat(federation.discarded).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      names = {"OPENING", "MAKING_THE_MODEL", "CALLING_SITES", "JUDGING_THE_INITIAL_MODEL"})
  void thereIsNothingToGoBackToBeforeTheFirstRoundIsFinished(Phase phase) {
    startAndReach(phase);

    assertThat(FakeFederation.refusal(() -> federation.job().rewind(new Rewind("ann", "", 0))))
        .isEqualTo("no round is finished yet, perhaps you should wait or abort the job");
    federation.job().abort(new Abort("ann", ""));
    assertThat(federation.result().state()).isEqualTo(JobState.ABORTED);
  }

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      names = {"TRAINING", "AGGREGATING", "EVALUATING_AT_SITES", "PAUSED", "AWAITING_APPROVAL"})
  void aRewindToTheInitialModelBeginsTheRoundsAnew(Phase phase) {
    startAndReach(phase);
    int take =
        List.copyOf(federation.manifests).stream().mapToInt(RoundManifest::take).max().orElse(1);
    federation.job().rewind(new Rewind("ann", "", 0));
    federation.await(
        "round 1",
        () -> {
          halt.open();
          gate.open();
          if (federation.job().status().state() == JobState.PAUSED) {
            federation.job().resume(new Resume("ann", ""));
          }
          return List.copyOf(federation.manifests).stream().anyMatch(done -> done.take() > take);
        });
    federation.job().abort(new Abort("ann", ""));
    federation.result();

    // The round that ran may have come to its end before it could be stopped.
    RoundManifest next =
        federation.manifests.stream().filter(done -> done.take() > take).findFirst().orElseThrow();
    assertThat(next.round()).isEqualTo(1);
    assertThat(federation.trained)
        .filteredOn(task -> task.take() == next.take() && task.round() == 1)
        .allSatisfy(task -> assertThat(task.model().path()).isEqualTo("rounds/0/global"));
  }

  @Test
  void aRewindThatCannotBeDoneIsSaidAndTheJobGoesOn() {
    startAndReach(Phase.TRAINING);
    federation.recall =
        round -> {
          throw ApplicationFailure.newNonRetryableFailure(
              "job test/job has no finished round " + round, "NoSuchRound");
        };
    federation.job().rewind(new Rewind("ann", "", 1));
    gate.open();
    JobResult result = federation.result();

    assertThat(result.state()).isEqualTo(JobState.COMPLETED);
    assertThat(federation.manifest(2).carried().decisions())
        .extracting(Decision::text)
        .containsExactly(
            "went back to round 1",
            "could not go back to round 1: job test/job has no finished round 1");
  }

  /** Temporal calls its workflow cancelled nevertheless. */
  @Test
  void aJobThatIsClosingIsCancelledNoMore() {
    federation.closing = result -> halt.here();
    WorkflowStub job = federation.site("a").start(Map.of("rounds.count", 1));
    halt.awaitReached();
    job.cancel();
    halt.open();
    assertThatThrownBy(() -> job.getResult(JobResult.class))
        .hasCauseInstanceOf(CanceledFailure.class);

    assertThat(federation.job().status().state()).isEqualTo(JobState.COMPLETED);
    assertThat(federation.results).extracting(JobResult::state).containsExactly(JobState.COMPLETED);
  }

  @Test
  void aJobThatIsClosingTakesNoOrders() {
    federation.closing = result -> halt.here();
    federation.site("a").start(Map.of("rounds.count", 1));
    halt.awaitReached();

    assertThat(FakeFederation.refusal(() -> federation.job().pause(new Pause("ann", "", false))))
        .isEqualTo("the job is closing");
    halt.open();
    federation.result();
  }

  @Test
  void aPauseInTheLastRoundHoldsTheJob() {
    FakeFederation.Gate last = federation.gate();
    federation.site(
        "a", task -> task.round() == 2 ? last.pass(task) : FakeFederation.update(task, 10));
    federation.start(Map.of("rounds.count", 2));
    last.awaitReached();
    federation.job().pause(new Pause("ann", "a look at it", false));
    last.open();
    federation.await(JobState.PAUSED);
    federation.job().change(new Change("ann", "", Map.of("rounds", Map.of("count", 3))));
    federation.job().resume(new Resume("ann", ""));

    assertThat(federation.result().rounds()).isEqualTo(3);
  }

  @Test
  void theNumberOfRoundsIsNotChangedBelowTheOneThatRuns() {
    startAndReach(Phase.TRAINING);

    assertThat(
            FakeFederation.refusal(
                () ->
                    federation
                        .job()
                        .change(new Change("ann", "", Map.of("rounds", Map.of("count", 1))))))
        .isEqualTo(
            "rounds.count: is 1, but round 2 has begun, perhaps you should abort the job"
                + " or rewind it");
    federation.job().change(new Change("ann", "", Map.of("rounds", Map.of("count", 2))));
    gate.open();
    assertThat(federation.result().reason()).isEqualTo("all 2 rounds done");
  }
}
