package io.roundhouse.server;

import static io.roundhouse.server.RecoveryTest.manifest;
import static io.roundhouse.server.ServerStore.JOB;
import static io.roundhouse.server.ServerStore.LAYOUT;
import static io.roundhouse.server.ServerStore.made;
import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.JobLayout;
import io.roundhouse.storage.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports of jobs that go on, whose manifests are in a real store. */
class ReportedRoundsTest {
  private static final Map<String, Object> FIRST_RUN = Map.of("run", "run-1");
  private static final RoundManifest OTHER = manifest(0, 1, made(LAYOUT.global(0, 1), 123_456));

  private ServerStore server;
  private ArtifactStore store;

  @BeforeEach
  void start(@TempDir Path folder) {
    server = new ServerStore(folder);
    store = server.store();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void readsOnlyWhatCameSinceTheLastReport() {
    ReportedRounds reported = new ReportedRounds(100);
    write(manifest(0, 1));
    write(manifest(1, 1));
    assertThat(report(reported, FIRST_RUN)).containsExactly(manifest(0, 1), manifest(1, 1));

    write(OTHER);
    write(manifest(2, 1));

    assertThat(report(reported, FIRST_RUN))
        .containsExactly(manifest(0, 1), manifest(1, 1), manifest(2, 1));
  }

  @Test
  void leavesOutWhatTheJobWentBackFrom() {
    ReportedRounds reported = new ReportedRounds(100);
    for (int round = 0; round <= 3; round++) {
      write(manifest(round, 1));
    }
    report(reported, FIRST_RUN);

    write(manifest(2, 2));

    assertThat(report(reported, FIRST_RUN))
        .containsExactly(manifest(0, 1), manifest(1, 1), manifest(2, 2));
  }

  @Test
  void knowsNothingOfAnotherRunOfTheSameName() {
    ReportedRounds reported = new ReportedRounds(100);
    write(manifest(0, 1));
    report(reported, FIRST_RUN);

    write(OTHER);

    assertThat(report(reported, Map.of("run", "run-2"))).containsExactly(OTHER);
  }

  @Test
  void forgetsAJobThatHasEnded() {
    ReportedRounds reported = new ReportedRounds(100);
    write(manifest(0, 1));
    report(reported, FIRST_RUN);
    reported.forget(JOB);

    write(OTHER);

    assertThat(report(reported, FIRST_RUN)).containsExactly(OTHER);
  }

  @Test
  void keepsNoMoreThanItMay() {
    ReportedRounds reported = new ReportedRounds(2);
    write(manifest(0, 1));
    write(manifest(1, 1));
    assertThat(report(reported, FIRST_RUN)).hasSize(2);

    write(OTHER);

    assertThat(report(reported, FIRST_RUN)).containsExactly(OTHER, manifest(1, 1));
  }

  @Test
  void makesRoomForTheReportsOfOtherJobs() {
    ReportedRounds reported = new ReportedRounds(1);
    JobLayout next = new JobLayout(new JobId("test", "next"));
    write(manifest(0, 1));
    write(next, manifest(0, 1));
    report(reported, FIRST_RUN);
    reported.of(new JobFolder(store, next.job()), FIRST_RUN);

    write(next, OTHER);
    assertThat(reported.of(new JobFolder(store, next.job()), FIRST_RUN))
        .containsExactly(manifest(0, 1));
    write(OTHER);
    assertThat(report(reported, FIRST_RUN)).containsExactly(OTHER);
  }

  private List<RoundManifest> report(ReportedRounds reported, Map<String, Object> versions) {
    return reported.of(new JobFolder(store, JOB), versions);
  }

  private void write(RoundManifest manifest) {
    write(LAYOUT, manifest);
  }

  private void write(JobLayout layout, RoundManifest manifest) {
    store.replace(
        layout.manifest(manifest.round(), manifest.take()),
        Json.write(manifest),
        "application/json");
  }
}
