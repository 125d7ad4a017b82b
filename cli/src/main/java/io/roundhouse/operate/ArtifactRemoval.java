package io.roundhouse.operate;

import io.roundhouse.domain.JobId;
import io.roundhouse.terminal.Failure;
import io.roundhouse.terminal.Terminal;
import io.roundhouse.workflows.Deleted;
import io.roundhouse.workflows.DeletionInput;
import io.roundhouse.workflows.JobDeletion;
import io.roundhouse.workflows.TaskQueues;
import io.temporal.api.enums.v1.PendingActivityState;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.api.workflow.v1.PendingActivityInfo;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionResponse;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Removal of a job's artifacts by the server's workers. It is given up if they are away, since
 * later there may be another job of that name.
 */
final class ArtifactRemoval {
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration PATIENCE_WITH_STORE = Duration.ofMinutes(1);
  private static final long POLL_MILLIS = 250;

  private final RemoteJob job;
  private final Duration after;
  private final Terminal terminal;

  /**
   * @param after how long sites may still upload something
   */
  ArtifactRemoval(RemoteJob job, Duration after, Terminal terminal) {
    this.job = job;
    this.after = after;
    this.terminal = terminal;
  }

  /**
   * Returns how many objects there were.
   *
   * @throws Failure if they cannot be removed now, and why
   */
  int run() {
    WorkflowStub deletion = start(job.id());
    long begun = System.nanoTime();
    try {
      while (true) {
        try {
          return deletion.getResult(POLL_MILLIS, TimeUnit.MILLISECONDS, Deleted.class).objects();
        } catch (TimeoutException stillAtIt) {
          check(deletion, Duration.ofNanos(System.nanoTime() - begun));
        }
      }
    } catch (Failure e) {
      terminate(deletion);
      throw e;
    } catch (WorkflowFailedException e) {
      throw Failure.jobFailed(
          "the artifacts were not deleted: " + Ending.of(job, deletion.describe()).reason());
    } catch (WorkflowException e) {
      throw job.explained(e);
    } finally {
      terminal.clear();
    }
  }

  private WorkflowStub start(JobId id) {
    WorkflowStub deletion =
        job.client()
            .newUntypedWorkflowStub(
                "JobDeletion",
                WorkflowOptions.newBuilder()
                    .setWorkflowId(JobDeletion.workflowId(id))
                    .setTaskQueue(TaskQueues.SERVER)
                    .setWorkflowExecutionTimeout(LONGEST)
                    .setWorkflowIdConflictPolicy(
                        WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
                    .build());
    try {
      deletion.start(new DeletionInput(id, after));
    } catch (WorkflowException e) {
      throw job.explained(e);
    }
    return deletion;
  }

  /** Looks what the deletion waits for, and whether it is worth it. */
  private void check(WorkflowStub deletion, Duration waited) {
    DescribeWorkflowExecutionResponse now = deletion.describe().getRawDescription();
    if (now.getPendingActivitiesCount() == 0) {
      boolean isUntaken = now.hasPendingWorkflowTask();
      terminal.status(
          isUntaken
              ? " waiting for the server's workers"
              : " waiting until the sites have stopped, " + after.toSeconds() + " s at most");
      if (isUntaken
          && waited.compareTo(PATIENCE) > 0
          && now.getPendingWorkflowTask().getAttempt() < 2
          && now.getWorkflowExecutionInfo().getHistoryLength() <= 2) {
        throw away();
      }
      return;
    }
    PendingActivityInfo activity = now.getPendingActivities(0);
    boolean isUntaken =
        activity.getState() == PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED
            && activity.getAttempt() == 1;
    if (isUntaken && waited.minus(after).compareTo(PATIENCE) > 0) {
      throw away();
    }
    if (activity.hasLastFailure() && waited.minus(after).compareTo(PATIENCE_WITH_STORE) > 0) {
      throw Failure.jobFailed(
          "its artifacts are still in the store ("
              + activity.getLastFailure().getMessage()
              + "), perhaps you should see to the store and give the command again");
    }
    terminal.status(
        activity.hasLastFailure()
            ? " the store is in trouble, trying again: " + activity.getLastFailure().getMessage()
            : " deleting artifacts");
  }

  private Failure away() {
    return Failure.jobFailed(
        "its artifacts are still in the store, since the server's workers do not answer; perhaps"
            + " you should start them and give the command again");
  }

  private static void terminate(WorkflowStub deletion) {
    try {
      deletion.terminate("given up");
    } catch (WorkflowException ended) {
      // It ended by itself.
      return;
    }
  }
}
