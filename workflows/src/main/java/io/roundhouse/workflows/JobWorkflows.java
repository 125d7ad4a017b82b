package io.roundhouse.workflows;

import io.temporal.common.converter.DataConverterException;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkflowImplementationOptions;
import java.util.NoSuchElementException;

/**
 * The workflows of jobs, their rounds, schedules, logs and deletion, as a worker must know them.
 */
public final class JobWorkflows {
  /**
   * What nobody catches ends a workflow with that reason, and is not tried for ever: an input that
   * is no job, or an error of ours. What a history does not fit is not among it: it waits for a
   * worker with the right code.
   */
  private static final WorkflowImplementationOptions OPTIONS =
      WorkflowImplementationOptions.newBuilder()
          .setFailWorkflowExceptionTypes(
              DataConverterException.class,
              IllegalArgumentException.class,
              NullPointerException.class,
              IndexOutOfBoundsException.class,
              ArithmeticException.class,
              ClassCastException.class,
              UnsupportedOperationException.class,
              NoSuchElementException.class)
          .build();

  private JobWorkflows() {}

  /** Registers them with a worker of {@link TaskQueues#SERVER}. */
  public static void registerWith(Worker worker) {
    worker.registerWorkflowImplementationTypes(
        OPTIONS,
        FederatedJobImpl.class,
        FederatedRoundImpl.class,
        JobDeletionImpl.class,
        JobLogsImpl.class,
        RollCallImpl.class,
        ScheduledJobImpl.class);
  }
}
