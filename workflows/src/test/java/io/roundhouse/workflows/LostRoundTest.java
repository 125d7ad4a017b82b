package io.roundhouse.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Decision;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.SiteStatus;
import io.roundhouse.domain.SiteStatus.State;
import io.roundhouse.workflows.JobProgress.Standing;
import io.roundhouse.workflows.JobProgress.Straggler;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** Rounds that somebody ends by hand, for example in Temporal's Web UI. */
@Timeout(60)
class LostRoundTest {
  private final FakeFederation federation = new FakeFederation();

  @BeforeEach
  void record(TestInfo test) {
    federation.record(test);
  }

  @AfterEach
  void stop() {
    federation.close();
  }

  private void cancel(int round, int take) {
    federation
        .environment
        .getWorkflowClient()
        .newUntypedWorkflowStub(FederatedRound.workflowId(FakeFederation.JOB, round, take))
        .cancel();
  }

  @Test
  void aRoundThatWasCancelledByHandIsBegunAgain() {
    FakeFederation.Gate gate = federation.gate();
    federation
        .site("a", task -> task.round() == 2 ? gate.pass(task) : FakeFederation.update(task, 10))
        .site("b");
    federation.start(Map.of("rounds.count", 3, "rounds.heartbeat", "1s"));
    gate.awaitReached();
    cancel(2, 1);
    gate.awaitEnded();
    gate.open();
    JobResult result = federation.result();

    assertThat(result.state()).isEqualTo(JobState.COMPLETED);
    assertThat(federation.manifest(2).take()).isEqualTo(2);
    assertThat(federation.manifest(2).contributions()).hasSize(2);
    assertThat(federation.manifest(2).carried().decisions())
        .extracting(Decision::text)
        .containsExactly("does it again: round 2 was cancelled by hand");
    assertThat(federation.discarded).containsExactly("2.1");
  }

  @Test
  void aRoundThatIsEndedOverAndOverFailsTheJob() {
    ApplicationFailure failure =
        federation
            .site(
                "a",
                task -> {
                  cancel(task.round(), task.take());
                  return federation.gate().pass(task);
                })
            .failure(Map.of("rounds.count", 3, "rounds.heartbeat", "1s"));

    assertThat(failure.getType()).isEqualTo("BelowQuorum");
    assertThat(failure.getOriginalMessage())
        .isEqualTo("begun again 20 times, and still: round 1 was cancelled by hand");
    assertThat(federation.results).extracting(JobResult::state).containsExactly(JobState.FAILED);
  }

  @Test
  void lateUpdatesOfARoundThatWasEndedAreNotWaitedFor() {
    FakeFederation.Gate late = federation.gate();
    FakeFederation.Gate third = federation.gate();
    federation
        .site("a", task -> task.round() == 3 ? third.pass(task) : FakeFederation.update(task, 10))
        .site("b", task -> task.round() == 1 ? late.pass(task) : FakeFederation.update(task, 7));
    federation.start(
        Map.of(
            "rounds.count",
            4,
            "rounds.quorum",
            1,
            "rounds.deadline",
            "9h",
            "rounds.heartbeat",
            "9h",
            "rounds.late",
            Map.of("type", "fold")));
    late.awaitReached();
    federation.await("the answer of a", () -> federation.round(1).answered() == 1);
    federation.skip(Duration.ofHours(9).plusMinutes(1));
    third.awaitReached();
    assertThat(federation.state("b")).isEqualTo(State.BUSY);
    cancel(1, 1);
    federation.await("b", () -> federation.state("b") == State.READY);
    third.open();
    federation.result();
    late.open();

    assertThat(federation.manifest(4).selected()).hasSize(2);
    assertThat(federation.manifest(4).carried().decisions())
        .extracting(Decision::text)
        .containsExactly("no update of b from round 1 will come: its round was ended");
  }

  /** As after a job continued as new: the round that b is at work for is not its child. */
  @Test
  void lateUpdatesOfALostRoundAreNotWaitedForForEver() {
    SiteName b = new SiteName("b");
    Artifact model = FakeFederation.artifact("rounds/7/global");
    FakeFederation.Gate gate = federation.gate();
    federation
        .site("a", task -> task.round() == 8 ? gate.pass(task) : FakeFederation.update(task, 10))
        .site("b");
    long now = federation.environment.currentTimeMillis();
    Standing standing =
        new Standing(
            Map.of(),
            List.of(SiteStatus.called(b).seen(now).in(State.BUSY, "at work")),
            List.of(),
            List.of(),
            List.of(new Straggler(b, 6, 1, now + Duration.ofHours(1).toMillis())),
            List.of(),
            0,
            false);
    federation.recover =
        task ->
            new Recovered(
                Optional.of(
                    new JobProgress(
                        now,
                        7,
                        1,
                        model,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        0,
                        List.of(),
                        standing)));
    federation.recoverJob(
        Map.of(
            "rounds.count",
            9,
            "rounds.quorum",
            1,
            "rounds.deadline",
            "9h",
            "rounds.heartbeat",
            "9h",
            "rounds.late",
            Map.of("type", "fold")));
    gate.awaitReached();
    federation.skip(Duration.ofHours(2));
    gate.open();
    federation.result();

    assertThat(federation.manifests).extracting(RoundManifest::round).containsExactly(8, 9);
    assertThat(federation.manifest(8).selected()).containsExactly(new SiteName("a"));
    assertThat(federation.manifest(9).selected()).hasSize(2);
    assertThat(federation.manifest(9).carried().decisions())
        .extracting(Decision::text)
        .containsExactly("no update of b from round 6 will come: nothing was heard of its round");
  }
}
