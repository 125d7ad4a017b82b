package io.roundhouse.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.control.Pause;
import io.roundhouse.control.Resume;
import io.roundhouse.domain.Decision;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.RoundManifest;
import io.temporal.api.enums.v1.EventType;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** A round that is stopped while its manifest is written counts, and is not done again. */
@Timeout(60)
class StoppedRoundTest {
  private final FakeFederation federation = new FakeFederation();
  private final FakeFederation.Halt halt = new FakeFederation.Halt();

  @BeforeEach
  void record(TestInfo test) {
    federation.record(test);
  }

  @AfterEach
  void stop() {
    halt.open();
    federation.close();
  }

  @Test
  void countsOnceItsManifestIsThere() {
    federation.site("a").site("b");
    reachTheCheckpointOf(2, Map.of("rounds.count", 3));
    pauseThere(2);

    assertItCounted(2);
  }

  /** A site that is late for it is told to stop, and is asked again in the next round. */
  @Test
  void countsThoughItWaitsForLateUpdates() {
    FakeFederation.Gate gate = federation.gate();
    federation
        .site("a")
        .site("b")
        .site("c", task -> task.round() == 1 ? gate.pass(task) : FakeFederation.update(task, 10));
    reachTheCheckpointOf(
        1,
        Map.of(
            "rounds.count",
            3,
            "rounds.target",
            2,
            "rounds.late",
            "fold",
            "rounds.heartbeat",
            "1s"));
    gate.awaitReached();
    pauseThere(1);

    gate.awaitEnded();
    assertItCounted(1);
    assertThat(federation.manifest(2).selected()).extracting(Object::toString).contains("c");
  }

  private void reachTheCheckpointOf(int round, Map<String, Object> settings) {
    federation.checkpointing =
        manifest -> {
          if (manifest.round() == round) {
            halt.here();
          }
        };
    federation.start(settings);
    halt.awaitReached();
  }

  private void pauseThere(int round) {
    FederatedJob job = federation.job();
    job.pause(new Pause("ann", "", true));
    federation.await("the end of round " + round, () -> isStopped(round));
    halt.open();
    federation.await(JobState.PAUSED);
    assertThat(job.status().message()).isEqualTo("paused after round " + round);
    job.resume(new Resume("ann", ""));
    federation.result();
  }

  private boolean isStopped(int round) {
    return federation
        .environment
        .getWorkflowClient()
        .fetchHistory(FederatedRound.workflowId(FakeFederation.JOB, round, 1))
        .getEvents()
        .stream()
        .anyMatch(
            event ->
                event.getEventType() == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED);
  }

  private void assertItCounted(int round) {
    assertThat(federation.manifests).extracting(RoundManifest::round).containsExactly(0, 1, 2, 3);
    assertThat(federation.discarded).isEmpty();
    assertThat(federation.manifest(round + 1).carried().decisions())
        .extracting(Decision::text)
        .contains("paused the job at once", "resumed the job");
  }
}
