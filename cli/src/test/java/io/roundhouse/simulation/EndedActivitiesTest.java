package io.roundhouse.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.worker.WorkerFactory;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class EndedActivitiesTest {
  private static final int RACES = 200;
  private static final int RUNNERS = 4;
  private static final String QUEUE = "races";

  /** Something that is over at once. */
  @ActivityInterface
  public interface Runner {
    int run(int number);
  }

  /** Cancels all other runners when the first has arrived. */
  @WorkflowInterface
  public interface Races {
    @WorkflowMethod
    int run(int races);
  }

  /** One race after the other. */
  public static final class RacesImpl implements Races {
    private final Runner runner =
        Workflow.newActivityStub(
            Runner.class,
            ActivityOptions.newBuilder().setStartToCloseTimeout(Duration.ofMinutes(1)).build());

    @Override
    public int run(int races) {
      for (int race = 0; race < races; race++) {
        List<Promise<Integer>> all = new ArrayList<>();
        CancellationScope scope =
            Workflow.newCancellationScope(
                () -> {
                  for (int number = 0; number < RUNNERS; number++) {
                    all.add(Async.function(runner::run, number));
                  }
                });
        scope.run();
        Promise.anyOf(all).get();
        scope.cancel();
      }
      return races;
    }
  }

  @Test
  void areCancelledWithoutHarm() throws Exception {
    try (EmbeddedTemporal temporal = EmbeddedTemporal.start()) {
      WorkerFactory workers = WorkerFactory.newInstance(temporal.client());
      var worker = workers.newWorker(QUEUE);
      worker.registerWorkflowImplementationTypes(RacesImpl.class);
      worker.registerActivitiesImplementations((Runner) number -> number);
      workers.start();
      WorkflowStub stub =
          temporal
              .client()
              .newUntypedWorkflowStub(
                  "Races", WorkflowOptions.newBuilder().setTaskQueue(QUEUE).build());
      stub.start(RACES);

      assertThat(stub.getResultAsync(Integer.class).get(60, TimeUnit.SECONDS)).isEqualTo(RACES);
      workers.shutdownNow();
    }
  }
}
