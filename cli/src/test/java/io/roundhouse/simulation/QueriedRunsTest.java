package io.roundhouse.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.worker.WorkerFactory;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class QueriedRunsTest {
  private static final int RUNS = 100;
  private static final String QUEUE = "countdown";

  /** Continues as new until nothing is left. */
  @WorkflowInterface
  public interface Countdown {
    @WorkflowMethod
    String run(int left);

    @QueryMethod
    int left();
  }

  /** One workflow task for each run. */
  public static final class CountdownImpl implements Countdown {
    private int now;

    @Override
    public String run(int left) {
      now = left;
      if (left > 0) {
        Workflow.newContinueAsNewStub(Countdown.class).run(left - 1);
      }
      return "done";
    }

    @Override
    public int left() {
      return now;
    }
  }

  @Test
  void comeToTheirEndThoughTheyAreAskedAllTheTime() throws Exception {
    try (EmbeddedTemporal temporal = EmbeddedTemporal.start()) {
      WorkerFactory workers = WorkerFactory.newInstance(temporal.client());
      workers.newWorker(QUEUE).registerWorkflowImplementationTypes(CountdownImpl.class);
      workers.start();
      WorkflowStub stub =
          temporal
              .client()
              .newUntypedWorkflowStub(
                  "Countdown",
                  WorkflowOptions.newBuilder()
                      .setWorkflowId("fl/test/countdown")
                      .setTaskQueue(QUEUE)
                      .build());
      stub.start(RUNS);
      CompletableFuture<String> result = stub.getResultAsync(String.class);
      // Not in the common pool, which has one thread on two cores, and which the result needs.
      CompletableFuture<Integer> beside =
          CompletableFuture.supplyAsync(
              () -> ask(stub, result), task -> new Thread(task, "asker").start());
      int asked = ask(stub, result) + beside.join();

      assertThat(result.get(1, TimeUnit.SECONDS)).isEqualTo("done");
      assertThat(asked).isGreaterThan(RUNS / 10);
      workers.shutdownNow();
    }
  }

  private static int ask(WorkflowStub stub, CompletableFuture<String> result) {
    int answers = 0;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!result.isDone() && System.nanoTime() < end) {
      try {
        assertThat(stub.query("left", Integer.class)).isBetween(0, RUNS);
        answers++;
      } catch (WorkflowException betweenTwoRuns) {
        Thread.onSpinWait();
      }
    }
    return answers;
  }
}
