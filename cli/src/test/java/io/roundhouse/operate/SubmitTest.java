package io.roundhouse.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.cli.CommandRun;
import io.roundhouse.simulation.Disturbance;
import io.roundhouse.storage.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that are started by the command. */
@TestInstance(Lifecycle.PER_CLASS)
class SubmitTest {
  private RunningFederation federation;

  @BeforeAll
  void start(@TempDir Path folder) {
    federation = RunningFederation.start(folder, Disturbance.NONE);
  }

  @AfterAll
  void stop() {
    federation.close();
  }

  @Test
  void aBadSpecIsRefusedBeforeTemporalHearsOfIt() {
    Path file = federation.job("bad", "rounds: {count: none, required: [d]}\nsed: 3");

    CommandRun run =
        CommandRun.of("submit", file.toString(), "--sites", "a,b", "--address", "127.0.0.1:1");

    run.assertRefused("3 problems:");
    assertThat(run.err().lines().skip(1))
        .containsExactly(
            "  "
                + file
                + ":6:10: rounds.count: must be a whole number from 1 to 1000000, not 'none'",
            "  "
                + file
                + ":6:23: rounds.required: names d, which is not a site of this job, perhaps you"
                + " should write a",
            "  " + file + ":7:1: sed: is not a known key, perhaps you should write seed");
  }

  @Test
  void whatDoesNotFitTheSitesIsRefusedToo() {
    Path file = federation.job("bad", "rounds: {count: 2, quorum: 3, required: [d]}");

    federation
        .run("submit", file.toString(), "--sites", "a,b")
        .assertRefused(
            file + ":6:20: rounds.quorum: is 3,", file + ":6:31: rounds.required: names d");
    federation
        .run("submit", file.toString(), "--sites", "a,No Name")
        .assertRefused("not a site name: 'No Name'");
    federation.run("submit", file.toString()).assertRefused("the job has no sites");
  }

  @Test
  void aJobIsStartedWatchedAndNotStartedTwice() {
    Path file = federation.job("submitted", "rounds: {count: 2}");

    federation
        .run("submit", file.toString(), "--sites", "c,a,b,a", "--watch")
        .assertDone(
            "started default/submitted over 3 sites: a, b, c",
            "./roundhouse watch default/submitted",
            "default/submitted: all 2 rounds done",
            "model      default/submitted/rounds/00002/global.safetensors");

    federation
        .run("submit", file.toString(), "--sites", "a,b,c")
        .assertRefused(
            "there is a job default/submitted already (COMPLETED), perhaps you should give this one"
                + " another name, or delete that one with `roundhouse delete default/submitted`");
  }

  @Test
  void programsGetTheIdsOfTheJob() {
    CommandRun run =
        federation.run(
            "submit",
            federation.job("for-programs", "rounds: {count: 1}").toString(),
            "--sites",
            "a,b,c",
            "--output",
            "json");

    assertThat(run.exitCode()).isEqualTo(0);
    Map<?, ?> document = Json.read(run.out().getBytes(StandardCharsets.UTF_8), Map.class);
    assertThat(document.get("job")).isEqualTo("default/for-programs");
    assertThat(document.get("workflowId")).isEqualTo("fl/default/for-programs");
    assertThat(run.err()).startsWith("started default/for-programs over 3 sites: a, b, c\n");
  }

  @Test
  void aLostJobGoesOnFromItsNewestRound() {
    String more = "rounds: {count: 2}\napproval: {every: 1}";
    federation.submit("lost", more).assertDone();
    federation.awaitStatus("lost", "round 1 waits for approval");
    federation
        .federation()
        .client()
        .newUntypedWorkflowStub("fl/default/lost")
        .terminate("as if Temporal had lost it");

    federation
        .run("submit", federation.job("lost", more).toString(), "--sites", "a,b,c", "--recover")
        .assertDone("started default/lost over 3 sites");

    federation.awaitStatus("lost", "round 1 waits for approval");
    federation.run("show", "lost").assertDone("goes on after round 1, having been lost");
    federation.run("approve", "lost").assertDone();
    federation.run("watch", "lost").assertDone("default/lost: all 2 rounds done");
  }
}
