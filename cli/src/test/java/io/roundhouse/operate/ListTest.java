package io.roundhouse.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.cli.CommandRun;
import io.roundhouse.simulation.Disturbance;
import io.roundhouse.storage.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The list of jobs, which a server with visibility has, and the in-memory one has not. */
class ListTest {
  private final Path folder;

  ListTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void aServerWithoutVisibilitySaysWhatToAskInstead() {
    try (RunningFederation federation = RunningFederation.startInMemory(folder, Disturbance.NONE)) {
      federation
          .run("list")
          .assertRefused(
              "cannot list workflows, perhaps you should ask for a job by its name with `roundhouse"
                  + " status`");
      federation.run("list", "--project", "A b").assertRefused("--project: must be of lower-case");
      federation
          .run("list", "--limit", "0")
          .assertRefused("--limit: must be from 1 to 10000, not 0");
    }
  }

  @Test
  void jobsAreListedByProjectAndByWhetherTheyRun() {
    try (RunningFederation federation = RunningFederation.startReal(folder, Disturbance.NONE)) {
      federation.run("list").assertDone("no jobs on Temporal at " + federation.address());
      federation.submit("done", "rounds: {count: 2}").assertDone();
      federation.awaitStatus("done", "COMPLETED");
      federation
          .submit("elsewhere", "project: clinics\nrounds: {count: 2}\napproval: {every: 1}")
          .assertDone();

      CommandRun all =
          federation.await(
              run -> run.out().contains("AWAITING_APPROVAL") && run.out().contains("COMPLETED"),
              "list");
      assertThat(all.out())
          .containsPattern("(?m)^ clinics/elsewhere +AWAITING_APPROVAL +1 ")
          .containsPattern("(?m)^ default/done +COMPLETED +2 ");
      assertThat(federation.run("list", "--running").assertDone("clinics/elsewhere").out())
          .doesNotContain("default/done");
      assertThat(federation.run("list", "--project", "default").assertDone("default/done").out())
          .doesNotContain("clinics/elsewhere");
      federation.run("list", "--limit", "1").assertDone("perhaps there are more");
      List<?> rows =
          Json.read(
              federation.run("list", "--output", "json").out().getBytes(StandardCharsets.UTF_8),
              List.class);
      assertThat(rows).hasSize(2);

      federation
          .run("status", "elsewhere")
          .assertRefused("there is no job default/elsewhere", "clinics/elsewhere");
    }
  }
}
