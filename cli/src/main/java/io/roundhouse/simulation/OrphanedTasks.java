package io.roundhouse.simulation;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.QueryResultType;
import io.temporal.api.enums.v1.TaskQueueKind;
import io.temporal.api.enums.v1.WorkflowTaskFailedCause;
import io.temporal.api.taskqueue.v1.TaskQueue;
import io.temporal.api.workflowservice.v1.PollWorkflowTaskQueueRequest;
import io.temporal.api.workflowservice.v1.PollWorkflowTaskQueueResponse;
import io.temporal.api.workflowservice.v1.RespondQueryTaskCompletedRequest;
import io.temporal.api.workflowservice.v1.RespondWorkflowTaskFailedRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubs;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Takes workflow tasks back that wait for a dead worker because it had the workflow in its cache.
 * Temporal does so after the sticky queue's schedule-to-start timeout; the in-memory server
 * (1.38.0) would let them wait for ever.
 */
final class OrphanedTasks implements AutoCloseable {
  private static final String IDENTITY = "orphaned-tasks";

  private final WorkflowServiceStubs service;
  private final String namespace;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, IDENTITY);
            thread.setDaemon(true);
            return thread;
          });

  OrphanedTasks(WorkflowClient client) {
    service = client.getWorkflowServiceStubs();
    namespace = client.getOptions().getNamespace();
  }

  /** Gives what comes to the queue to the workers that live, from now on. */
  void takeBack(String stickyQueue) {
    threads.execute(
        () -> {
          while (!Thread.currentThread().isInterrupted()) {
            try {
              giveBack(poll(stickyQueue));
            } catch (StatusRuntimeException e) {
              if (e.getStatus().getCode() == Status.Code.UNAVAILABLE) {
                return;
              }
              // A poll ended without a task, or its workflow has closed.
            }
          }
        });
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private PollWorkflowTaskQueueResponse poll(String queue) {
    return service
        .blockingStub()
        .pollWorkflowTaskQueue(
            PollWorkflowTaskQueueRequest.newBuilder()
                .setNamespace(namespace)
                .setIdentity(IDENTITY)
                .setTaskQueue(
                    TaskQueue.newBuilder()
                        .setName(queue)
                        .setKind(TaskQueueKind.TASK_QUEUE_KIND_STICKY))
                .build());
  }

  private void giveBack(PollWorkflowTaskQueueResponse task) {
    if (task.getTaskToken().isEmpty()) {
      return;
    }
    if (task.hasQuery()) {
      service
          .blockingStub()
          .respondQueryTaskCompleted(
              RespondQueryTaskCompletedRequest.newBuilder()
                  .setNamespace(namespace)
                  .setTaskToken(task.getTaskToken())
                  .setCompletedType(QueryResultType.QUERY_RESULT_TYPE_FAILED)
                  .setErrorMessage("the worker that was asked is dead")
                  .build());
      return;
    }
    service
        .blockingStub()
        .respondWorkflowTaskFailed(
            RespondWorkflowTaskFailedRequest.newBuilder()
                .setNamespace(namespace)
                .setIdentity(IDENTITY)
                .setTaskToken(task.getTaskToken())
                .setCause(
                    WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_STICKY_TASK_QUEUE)
                .build());
  }
}
