package io.roundhouse.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.Exclusion.Cause;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.SiteName;
import io.temporal.api.sdk.v1.WorkflowMetadata;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What Temporal's Web UI shows of a job: its search attributes and its current details. */
@Timeout(60)
class WebUiTest {
  private final FakeFederation federation = new FakeFederation();

  @AfterEach
  void stop() {
    federation.close();
  }

  private WorkflowStub job() {
    return WorkflowStub.fromTyped(federation.job());
  }

  private String details() {
    return job().query("__temporal_workflow_metadata", WorkflowMetadata.class).getCurrentDetails();
  }

  private String phase() {
    return String.valueOf(job().describe().getTypedSearchAttributes().get(JobAttributes.PHASE));
  }

  @Test
  void showsWhatABlockedJobNeeds() {
    federation.site("a").site("b").absentSite("c");
    federation.start(Map.of("rounds.count", 1, "rounds.quorum", 3, "rounds.waitForSites", "9h"));
    federation.await(JobState.BLOCKED);
    federation.await("the phase", () -> phase().equals("blocked"));

    assertThat(details()).contains("**needs 3 sites, 2 are here (c never seen)**");
    federation.comeBack("c");
    federation.result();
    assertThat(phase()).isEqualTo("completed");
  }

  @Test
  void showsWhoIsNotInTheModelAndWhy() {
    federation.quarantine =
        task -> List.of(new Exclusion(new SiteName("b"), Cause.QUARANTINED, "holds NaN"));
    federation
        .site("a")
        .site("b")
        .site(
            "c",
            task -> {
              throw ApplicationFailure.newNonRetryableFailure("the disk\nis full", "Broken");
            })
        .run(Map.of("rounds.count", 2, "rounds.quorum", 1));

    assertThat(details())
        .contains("| 2 | 1/3 | 0.2500 | 2.0000 |", " | 1 quarantined |")
        .contains("- b quarantined: holds NaN\n- c failed: the disk is full\n");
  }

  @Test
  void showsLateUpdatesInTheirRound() {
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
    late.open();
    federation.await("the late update", () -> federation.job().status().late().size() == 1);
    third.open();
    federation.result();

    // The round closes with the late update and the first of the two others, which may come at
    // once.
    assertThat(details().lines().filter(line -> line.startsWith("| 4 ")))
        .singleElement()
        .asString()
        .matches("\\| 4 \\| [23]/2 \\| .* \\| 1 late \\|");
  }

  @Test
  void showsWhyAJobFailed() {
    federation
        .site(
            "a",
            task -> {
              throw ApplicationFailure.newNonRetryableFailure("the disk is full", "Broken");
            })
        .failure(Map.of("rounds.count", 1));

    assertThat(phase()).isEqualTo("failed");
    assertThat(details()).contains("**failed**", "a: the disk is full");
  }
}
