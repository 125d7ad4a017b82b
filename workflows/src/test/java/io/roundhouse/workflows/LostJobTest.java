package io.roundhouse.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.SiteStatus;
import io.roundhouse.spec.JobSpecReader;
import io.roundhouse.spec.ModelSpec;
import io.roundhouse.workflows.JobProgress.Standing;
import io.temporal.failure.ApplicationFailure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LostJobTest {
  private final FakeFederation federation = new FakeFederation();

  @BeforeEach
  void record(TestInfo test) {
    federation.record(test);
  }

  @AfterEach
  void stop() {
    federation.close();
  }

  private static final Artifact MODEL = FakeFederation.artifact("rounds/7/global");

  @Test
  void goesOnFromTheNewestCompleteRound() {
    federation.site("a").site("b");
    federation.recover = task -> new Recovered(Optional.of(progress(Standing.NONE)));
    federation.recoverJob(Map.of("rounds.count", 9));
    JobResult result = federation.result();

    assertThat(result.state()).isEqualTo(JobState.COMPLETED);
    assertThat(result.startedAt()).isEqualTo(1000);
    assertThat(federation.manifests).extracting(m -> m.round()).containsExactly(8, 9);
    assertThat(federation.manifests).allSatisfy(m -> assertThat(m.take()).isEqualTo(3));
    assertThat(federation.trained.get(0).model()).isEqualTo(MODEL);
  }

  @Test
  void keepsSettingsSuspensionsAndLateUpdates() {
    LateUpdate late = new LateUpdate(6, 1, MODEL, FakeFederation.update(task("b", 6), 10), 5);
    SiteStatus suspended =
        SiteStatus.called(new SiteName("b")).in(SiteStatus.State.SUSPENDED, "odd");
    federation.site("a").site("b");
    federation.recover =
        task ->
            new Recovered(
                Optional.of(
                    progress(
                        Standing.recovered(
                            Map.of("training", Map.of("batch", 5)),
                            List.of(suspended),
                            List.of(late)))));
    federation.recoverJob(
        Map.of("rounds.count", 9, "rounds.quorum", 1, "rounds.late", Map.of("type", "fold")));
    federation.result();

    assertThat(federation.manifest(8).late()).containsExactly(late);
    assertThat(federation.manifest(8).selected()).containsExactly(new SiteName("a"));
    assertThat(federation.trained)
        .allSatisfy(task -> assertThat(task.training().batch()).isEqualTo(5));
  }

  @Test
  void beginsWhenNothingWasDone() {
    federation.site("a");
    federation.recoverJob(Map.of("rounds.count", 1));
    federation.result();

    assertThat(federation.manifests).extracting(m -> m.round()).containsExactly(0, 1);
  }

  @Test
  void saysWhenThereIsNothingToGoOnFrom() {
    federation.site("a");
    federation.recover =
        task -> {
          throw ApplicationFailure.newNonRetryableFailure("no such job", "NoSuchJob");
        };
    federation.recoverJob(Map.of());

    assertThat(federation.failure().getType()).isEqualTo("NoSuchJob");
    assertThat(federation.results).isEmpty();
  }

  private static JobProgress progress(Standing standing) {
    return new JobProgress(
        1000,
        7,
        3,
        MODEL,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        List.of(),
        standing);
  }

  private static TrainTask task(String site, int round) {
    return new TrainTask(
        FakeFederation.JOB,
        round,
        1,
        new SiteName(site),
        MODEL,
        new ModelSpec.Mlp(1, List.of(), 2),
        "digits",
        JobSpecReader.read(FakeFederation.spec(Map.of())).training(),
        1);
  }
}
