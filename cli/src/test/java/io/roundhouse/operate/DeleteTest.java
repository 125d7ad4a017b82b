package io.roundhouse.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.cli.CommandRun;
import io.roundhouse.simulation.Disturbance;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deletion, on a real server and on Temporal's in-memory one, which cannot delete workflows. */
class DeleteTest {
  private final Path folder;

  DeleteTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void artifactsAreDeletedAndWhatIsLeftIsSaid() {
    try (RunningFederation federation = RunningFederation.startInMemory(folder, Disturbance.NONE)) {
      federation
          .submit("waits", "rounds: {count: 2, heartbeat: 1s}\napproval: {every: 1}")
          .assertDone();
      federation.awaitStatus("waits", "AWAITING_APPROVAL");
      assertThat(federation.artifacts("waits")).exists();

      federation
          .run("delete", "waits")
          .assertRefused(
              "the job default/waits has not ended (AWAITING_APPROVAL), perhaps you should end it"
                  + " with `roundhouse abort default/waits` first, or terminate it with --force");
      CommandRun delete = federation.run("delete", "waits", "--force", "--reason", "a mistake");

      assertThat(delete.exitCode()).as(delete.err()).isEqualTo(1);
      assertThat(delete.out())
          .containsPattern("deleted job default/waits: \\d+ objects in the store, 0 workflow");
      assertThat(delete.out().lines())
          .startsWith("terminated job default/waits")
          .endsWith(
              "not done: its workflows are still in Temporal, which cannot delete any; they go when"
                  + " its retention has passed");
      assertThat(federation.artifacts("waits")).doesNotExist();
      federation.run("status", "waits").assertDone("TERMINATED: deleted by ", ": a mistake");

      CommandRun again = federation.run("delete", "waits", "--output", "json");
      assertThat(again.out()).contains("\"terminated\" : false", "\"objects\" : 0");
    }
  }

  @Test
  void nothingIsLeftOfADeletedJobAndItsNameCanBeUsedAgain() {
    try (RunningFederation federation = RunningFederation.startReal(folder, Disturbance.NONE)) {
      federation.submit("other", "rounds: {count: 1}").assertDone();
      federation.awaitStatus("other", "COMPLETED");
      federation
          .submit("waits", "rounds: {count: 2, heartbeat: 1s}\napproval: {every: 1}")
          .assertDone();
      federation.awaitStatus("waits", "AWAITING_APPROVAL");

      federation.run("delete", "waits").assertRefused("has not ended (AWAITING_APPROVAL)");
      CommandRun delete = federation.run("delete", "waits", "--force");
      delete.assertDone("terminated job default/waits");
      assertThat(delete.out())
          .containsPattern(
              "deleted job default/waits: [1-9]\\d* objects in the store, 3 workflow executions");
      assertThat(federation.artifacts("waits")).doesNotExist();
      federation.run("status", "waits").assertRefused("there is no job default/waits");
      federation.await(run -> !run.out().contains("default/waits"), "list");
      federation.run("list").assertDone("default/other");
      federation.await(
          run -> run.out().contains("nothing of job default/waits was there"), "delete", "waits");

      federation.submit("waits", "rounds: {count: 1}").assertDone();
      federation.awaitStatus("waits", "COMPLETED: all 1 rounds done");
      assertThat(federation.artifacts("other")).exists();
    }
  }
}
