package io.roundhouse.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.cli.CommandRun;
import io.roundhouse.simulation.Disturbance;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that start again and again; the in-memory server has no schedules. */
@TestInstance(Lifecycle.PER_CLASS)
class ScheduleTest {
  private RunningFederation federation;

  @BeforeAll
  void start(@TempDir Path folder) {
    federation = RunningFederation.startReal(folder, Disturbance.NONE);
  }

  @AfterAll
  void stop() {
    if (federation != null) {
      federation.close();
    }
  }

  @Test
  void aScheduleStartsJobsUnderNamesOfTheirOwnUntilItIsDeleted() {
    create("nightly", "0 2 * * *").assertDone("scheduled default/nightly over 3 sites");
    create("nightly", "0 2 * * *")
        .assertRefused(
            "there is a schedule default/nightly already, perhaps you should delete it first with"
                + " `roundhouse schedule delete default/nightly`");

    federation.run("schedule", "run", "nightly").assertDone("begun a turn of schedule");
    CommandRun jobs = federation.await(run -> run.out().contains("COMPLETED"), "list");

    assertThat(jobs.out()).containsPattern("default/nightly-\\d{8}-\\d{6}  COMPLETED");
    federation
        .await(run -> !run.out().contains("–"), "schedule", "list")
        .assertDone("default/nightly", "active", "02:00");

    federation.run("schedule", "pause", "nightly").assertDone();
    federation.await(run -> run.out().contains("paused"), "schedule", "list");
    federation.run("schedule", "resume", "nightly").assertDone();
    federation.run("schedule", "delete", "nightly").assertDone();
    federation
        .run("schedule", "delete", "nightly")
        .assertRefused("there is no schedule default/nightly");
  }

  @Test
  void timesAndZonesThatMakeNoSenseAreRefused() {
    create("odd", "at night").assertRefused("Temporal refuses it: ");
    federation
        .run(
            "schedule",
            "create",
            federation.job("odd", "rounds: {count: 1}").toString(),
            "--sites",
            "a,b,c",
            "--cron",
            "0 2 * * *",
            "--zone",
            "Berlin")
        .assertRefused("there is no time zone Berlin");
    create("x".repeat(48), "0 2 * * *").assertRefused("has more than 47 characters");
  }

  @Test
  void statusWithoutAJobShowsTheNewestJobs() {
    federation.submit("shown", "rounds: {count: 1}").assertDone();
    federation.run("watch", "shown").assertDone();

    federation
        .await(run -> run.out().contains("shown"), "status")
        .assertDone("default/shown", "COMPLETED");
  }

  private CommandRun create(String name, String cron) {
    return federation.run(
        "schedule",
        "create",
        federation.job(name, "rounds: {count: 1}").toString(),
        "--sites",
        "a,b,c",
        "--cron",
        cron);
  }
}
