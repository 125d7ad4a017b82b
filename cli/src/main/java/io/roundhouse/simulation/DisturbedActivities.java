package io.roundhouse.simulation;

import io.roundhouse.workflows.TrainTask;
import io.roundhouse.workflows.TrainingProgress;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.ActivityInfo;
import io.temporal.client.ActivityCompletionException;
import io.temporal.common.interceptors.ActivityExecutionContextBase;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import org.jspecify.annotations.Nullable;

/** Lets a disturbance take part in every activity of a worker. */
final class DisturbedActivities extends WorkerInterceptorBase {
  private final Federation federation;
  private final Disturbance disturbance;

  DisturbedActivities(Federation federation, Disturbance disturbance) {
    this.federation = federation;
    this.disturbance = disturbance;
  }

  @Override
  public ActivityInboundCallsInterceptor interceptActivity(ActivityInboundCallsInterceptor next) {
    return new Disturbed(next);
  }

  private final class Disturbed extends ActivityInboundCallsInterceptorBase {
    private final ActivityInboundCallsInterceptor next;
    private @Nullable ActivityInfo info;
    private @Nullable Object task;

    Disturbed(ActivityInboundCallsInterceptor next) {
      super(next);
      this.next = next;
    }

    @Override
    public void init(ActivityExecutionContext context) {
      info = context.getInfo();
      super.init(
          new ActivityExecutionContextBase(context) {
            @Override
            public <V> void heartbeat(V details) throws ActivityCompletionException {
              tell(details);
              super.heartbeat(details);
            }
          });
    }

    @Override
    public ActivityOutput execute(ActivityInput input) {
      if (info == null) {
        throw new IllegalStateException("an activity is executed before it is initialised");
      }
      task = input.getArguments()[0];
      return new ActivityOutput(
          disturbance.activity(
              federation,
              new ActivityCall(
                  info.getActivityType(),
                  task,
                  info.getAttempt(),
                  () -> next.execute(input).getResult())));
    }

    private void tell(@Nullable Object details) {
      if (info != null
          && task instanceof TrainTask training
          && details instanceof TrainingProgress progress
          && progress.batch() > 0) {
        disturbance.batch(federation, new TrainedBatch(training, info.getAttempt(), progress));
      }
    }
  }
}
