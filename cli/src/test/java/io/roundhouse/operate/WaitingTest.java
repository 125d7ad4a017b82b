package io.roundhouse.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.cli.CommandRun;
import io.roundhouse.domain.JobId;
import io.roundhouse.simulation.ActivityCall;
import io.roundhouse.simulation.Disturbance;
import io.roundhouse.simulation.Federation;
import io.roundhouse.terminal.Terminal;
import io.roundhouse.workflows.AggregateTask;
import io.roundhouse.workflows.FederatedJob;
import io.roundhouse.workflows.TrainTask;
import io.temporal.api.sdk.v1.WorkflowMetadata;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowStub;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a job waits for is said wherever a person looks. */
class WaitingTest {
  private static final JobId JOB = new JobId("default", "lacking");

  private final Path folder;

  WaitingTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  @Timeout(120)
  void aBlockedJobSaysWhichSitesItLacksUntilTheyAreNeededNoMore() throws Exception {
    try (RunningFederation federation = RunningFederation.start(folder, Disturbance.NONE)) {
      Path file = federation.job("lacking", "rounds: {count: 2, quorum: 4, offlineAfter: 1s}");
      federation.run("submit", file.toString(), "--sites", "a,b,c,zz").assertDone();
      ByteArrayOutputStream watched = new ByteArrayOutputStream();
      CompletableFuture<?> watch =
          CompletableFuture.runAsync(
              () -> watch(federation, watched), task -> new Thread(task, "watcher").start());

      CommandRun status =
          federation.awaitStatus("lacking", "BLOCKED: needs 4 sites, 3 are here (zz never seen)");
      assertThat(status.out())
          .containsPattern("(?m)^ a +ready +\\d+ s ago ")
          .containsPattern("(?m)^ zz +offline +never .*perhaps you should start the site");
      assertThat(details(federation.federation().client()))
          .startsWith("**blocked** · fedavg · round 0 of 2")
          .contains("**needs 4 sites, 3 are here (zz never seen)**");
      while (!watched.toString(StandardCharsets.UTF_8).contains("BLOCKED")) {
        Thread.sleep(20);
      }

      federation
          .run("change", "lacking", "rounds.quorum=3", "--by", "ann")
          .assertDone("ann changed rounds.quorum=3");
      watch.get(2, TimeUnit.MINUTES);
      assertThat(watched.toString(StandardCharsets.UTF_8))
          .contains("  BLOCKED: needs 4 sites, 3 are here (zz never seen)\n")
          .contains("  ann changed rounds.quorum=3\n")
          .containsPattern("(?m)^ +2 +3/3 ");
    }
  }

  private static void watch(RunningFederation federation, ByteArrayOutputStream out) {
    WorkflowClient client = federation.federation().client();
    new JobWatch(
            client,
            client.newUntypedWorkflowStub(FederatedJob.workflowId(JOB)),
            JOB,
            new Terminal(new PrintStream(out, true, StandardCharsets.UTF_8), false, false))
        .follow();
  }

  /** What the Web UI shows. */
  private static String details(WorkflowClient client) {
    WorkflowStub job = client.newUntypedWorkflowStub(FederatedJob.workflowId(JOB));
    return job.query("__temporal_workflow_metadata", WorkflowMetadata.class).getCurrentDetails();
  }

  @Test
  void aLateUpdateWaitsForADecision() {
    CountDownLatch closed = new CountDownLatch(1);
    Disturbance slow =
        new Disturbance() {
          @Override
          public @Nullable Object activity(Federation federation, ActivityCall call) {
            if (call.task() instanceof AggregateTask) {
              closed.countDown();
            }
            if (call.task() instanceof TrainTask task
                && task.round() == 1
                && task.site().value().equals("c")) {
              await(closed);
            }
            return call.proceed();
          }
        };
    try (RunningFederation federation = RunningFederation.start(folder, slow)) {
      federation
          .submit("late", "rounds: {count: 2, target: 2, late: hold}\napproval: {every: 1}")
          .assertDone();

      CommandRun waiting = federation.await(run -> run.out().contains(" c "), "late", "late");
      assertThat(waiting.out()).containsPattern("(?m)^ c +1 +\\d+ s ago +1 +1$");
      federation.run("status", "late").assertDone("late update of");
      federation
          .run("late", "late", "accept", "c", "2")
          .assertRefused("no late update of c from round 2 waits");
      federation
          .run("late", "late", "accept", "c", "1", "--by", "ann", "--reason", "it is good")
          .assertDone("ann accepted the late update of c from round 1 (it is good)");
      federation.awaitStatus("late", "AWAITING_APPROVAL");
      federation.run("approve", "late").assertDone();

      CommandRun watch = federation.run("watch", "late");
      assertThat(watch.out())
          .containsPattern("(?m)^ +1 +2/3 ")
          .containsPattern("(?m)^ +2 +[2-4]/3 .* 1 of them late$");
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(1, TimeUnit.MINUTES)) {
        throw new AssertionError("the round did not close");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
