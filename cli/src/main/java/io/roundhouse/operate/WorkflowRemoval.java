package io.roundhouse.operate;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.roundhouse.connection.OpenConnection;
import io.roundhouse.domain.JobId;
import io.roundhouse.workflows.FederatedJob;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.api.workflowservice.v1.DeleteWorkflowExecutionRequest;
import io.temporal.client.WorkflowExecutionMetadata;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The workflow executions of a job, of its rounds and of its deletion, in Temporal. */
final class WorkflowRemoval {
  private static final String DELETION = "JobDeletion";
  private static final int MOST_LOOKS = 40;
  private static final long PAUSE_MILLIS = 250;

  private final OpenConnection temporal;
  private final String query;

  WorkflowRemoval(OpenConnection temporal, JobId job) {
    this.temporal = temporal;
    String id = FederatedJob.workflowId(job);
    query = "(WorkflowId = '" + id + "' OR WorkflowId STARTS_WITH '" + id + "/')";
  }

  /** Those that run, the job itself left out. */
  List<WorkflowExecutionMetadata> runningRounds() {
    return list(query + " AND WorkflowType = 'FederatedRound' AND ExecutionStatus = 'Running'");
  }

  /**
   * Deletes all of them. Visibility lags behind, so it looks until nothing new is found.
   *
   * @return how many there were of the job and its rounds
   */
  int run() {
    Set<String> deleted = new HashSet<>();
    int counted = 0;
    for (int look = 0; look < MOST_LOOKS; look++) {
      List<WorkflowExecutionMetadata> found = list(query);
      int before = deleted.size();
      for (WorkflowExecutionMetadata execution : found) {
        if (deleted.add(execution.getExecution().getRunId())) {
          delete(execution.getExecution());
          counted += DELETION.equals(execution.getWorkflowType()) ? 0 : 1;
        }
      }
      boolean isSettled = found.stream().noneMatch(WorkflowRemoval::isRunning);
      if (found.isEmpty() || (deleted.size() == before && isSettled) || !pause()) {
        break;
      }
    }
    return counted;
  }

  private static boolean isRunning(WorkflowExecutionMetadata execution) {
    return execution.getStatus() == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING;
  }

  private List<WorkflowExecutionMetadata> list(String which) {
    try (Stream<WorkflowExecutionMetadata> executions = temporal.client().listExecutions(which)) {
      return new ArrayList<>(executions.toList());
    }
  }

  private void delete(WorkflowExecution execution) {
    try {
      temporal
          .client()
          .getWorkflowServiceStubs()
          .blockingStub()
          .deleteWorkflowExecution(
              DeleteWorkflowExecutionRequest.newBuilder()
                  .setNamespace(temporal.connection().namespace())
                  .setWorkflowExecution(execution)
                  .build());
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Status.Code.NOT_FOUND) {
        throw e;
      }
    }
  }

  private static boolean pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
