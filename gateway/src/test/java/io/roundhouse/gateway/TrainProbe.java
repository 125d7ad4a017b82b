package io.roundhouse.gateway;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Update;
import io.roundhouse.spec.ModelSpec;
import io.roundhouse.spec.TrainingSpec;
import io.roundhouse.workflows.TrainActivities;
import io.roundhouse.workflows.TrainTask;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Promise;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.util.List;

/** A workflow that lets one site train once. */
@WorkflowInterface
public interface TrainProbe {
  /** Gives the site's update; two seconds without a heartbeat are too long. */
  @WorkflowMethod
  Update train(TrainTask task);

  /** Cancels the training. */
  @SignalMethod
  void stop();

  /** The task of a site for a model. */
  static TrainTask task(String site, Artifact model) {
    return new TrainTask(
        new JobId("demo", "job"),
        1,
        1,
        new SiteName(site),
        model,
        new ModelSpec.Mlp(4, List.of(), 2),
        "data",
        new TrainingSpec("noop", 1, 1, 0.1, TrainingSpec.Optimizer.SGD, TrainingSpec.Order.SHUFFLE),
        42);
  }

  /** The workflow. */
  final class Impl implements TrainProbe {
    private boolean stopped;

    @Override
    public Update train(TrainTask task) {
      TrainActivities site =
          Workflow.newActivityStub(
              TrainActivities.class,
              ActivityOptions.newBuilder()
                  .setTaskQueue(task.site().queue())
                  .setScheduleToStartTimeout(Duration.ofMinutes(2))
                  .setStartToCloseTimeout(Duration.ofMinutes(2))
                  .setHeartbeatTimeout(Duration.ofSeconds(2))
                  .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
                  .setRetryOptions(
                      RetryOptions.newBuilder()
                          .setInitialInterval(Duration.ofMillis(100))
                          .setMaximumAttempts(5)
                          .build())
                  .build());
      CancellationScope[] scope = new CancellationScope[1];
      List<Promise<Update>> updates = new java.util.ArrayList<>();
      scope[0] =
          Workflow.newCancellationScope(() -> updates.add(Async.function(site::train, task)));
      scope[0].run();
      Promise<Update> update = updates.get(0);
      Workflow.await(() -> stopped || update.isCompleted());
      if (!update.isCompleted()) {
        scope[0].cancel();
      }
      try {
        return update.get();
      } catch (io.temporal.failure.ActivityFailure e) {
        if (e.getCause() instanceof CanceledFailure) {
          throw io.temporal.failure.ApplicationFailure.newNonRetryableFailure("stopped", "Stopped");
        }
        throw e;
      }
    }

    @Override
    public void stop() {
      stopped = true;
    }
  }
}
