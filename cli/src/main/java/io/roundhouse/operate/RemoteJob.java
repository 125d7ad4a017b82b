package io.roundhouse.operate;

import static java.util.Objects.requireNonNull;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.roundhouse.connection.OpenConnection;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.JobStatus;
import io.roundhouse.domain.SiteStatus;
import io.roundhouse.terminal.Failure;
import io.roundhouse.workflows.FederatedJob;
import io.roundhouse.workflows.FederatedRound;
import io.roundhouse.workflows.RoundProgress;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowExecutionDescription;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowQueryException;
import io.temporal.client.WorkflowServiceException;
import io.temporal.client.WorkflowStub;
import io.temporal.client.WorkflowTargetOptions;
import io.temporal.client.WorkflowUpdateException;
import io.temporal.failure.ApplicationFailure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A job on the other side of a connection. What goes wrong is a {@link Failure} in plain words. */
final class RemoteJob {
  /** An order waits for a workflow task; a query, which does not last, for half as long. */
  private static final long ORDER_SECONDS = 10;

  private final OpenConnection temporal;
  private final JobId id;
  private final WorkflowStub stub;

  RemoteJob(OpenConnection temporal, JobId id) {
    this.temporal = requireNonNull(temporal, "temporal is null");
    this.id = requireNonNull(id, "id is null");
    stub = temporal.client().newUntypedWorkflowStub(FederatedJob.workflowId(id));
  }

  JobId id() {
    return id;
  }

  OpenConnection temporal() {
    return temporal;
  }

  WorkflowClient client() {
    return temporal.client();
  }

  WorkflowStub stub() {
    return stub;
  }

  /** One run of a workflow of its namespace. */
  WorkflowStub run(WorkflowExecution execution) {
    return client()
        .newUntypedWorkflowStub(
            WorkflowTargetOptions.newBuilder().setWorkflowExecution(execution).build());
  }

  /** The job in Temporal; empty if there is none of that name. */
  Optional<WorkflowExecutionDescription> find() {
    try {
      return Optional.of(stub.describe());
    } catch (WorkflowNotFoundException absent) {
      return Optional.empty();
    } catch (WorkflowException | StatusRuntimeException e) {
      throw explained(e);
    }
  }

  /**
   * The job in Temporal.
   *
   * @throws Failure if there is none of that name
   */
  WorkflowExecutionDescription description() {
    return find().orElseThrow(this::absent);
  }

  Failure absent() {
    return Failure.badInput(
        "there is no job "
            + id
            + " on Temporal at "
            + temporal.connection()
            + JobRows.nearest(temporal, id)
                .map(near -> ", perhaps you should write " + near)
                .orElse(", perhaps you should look at `roundhouse list`"));
  }

  /** How the job is, by its own account; empty if the server's workers do not answer. */
  Optional<JobStatus> status() {
    return query("status", JobStatus.class);
  }

  /** Its sites; none if the server's workers do not answer. */
  List<SiteStatus> sites() {
    return query("sites", SiteStatus[].class).map(List::of).orElse(List.of());
  }

  /**
   * The spec in force.
   *
   * @throws Failure if the server's workers do not answer
   */
  @SuppressWarnings("unchecked")
  Map<String, Object> spec() {
    return query("spec", Map.class).orElseThrow(this::silent);
  }

  /** How far a round is; empty if it does not run, or the workers do not answer. */
  Optional<RoundProgress> progress(JobStatus status) {
    try {
      return Optional.of(
          client()
              .newUntypedWorkflowStub(FederatedRound.workflowId(id, status.round(), status.take()))
              .query("progress", RoundProgress.class));
    } catch (WorkflowException notAnswered) {
      return Optional.empty();
    }
  }

  private <T> Optional<T> query(String name, Class<T> type) {
    try {
      return Optional.of(stub.query(name, type));
    } catch (WorkflowQueryException refused) {
      return Optional.empty();
    } catch (WorkflowNotFoundException e) {
      throw absent();
    } catch (WorkflowServiceException e) {
      if (isSilence(e)) {
        return Optional.empty();
      }
      throw explained(e);
    }
  }

  private static boolean isSilence(WorkflowServiceException failure) {
    if (!(failure.getCause() instanceof StatusRuntimeException status)) {
      return false;
    }
    Status.Code code = status.getStatus().getCode();
    return code == Status.Code.FAILED_PRECONDITION
        || code == Status.Code.DEADLINE_EXCEEDED
        || code == Status.Code.CANCELLED;
  }

  Failure silent() {
    return Failure.badInput(
        "the server's workers do not answer for job "
            + id
            + ", perhaps you should start them, or look whether they poll "
            + temporal.connection());
  }

  /**
   * Gives an order and waits until the job has taken it.
   *
   * @return how the job is then
   * @throws Failure if the job refuses it, has ended, or does not answer
   */
  JobStatus order(Order order) {
    FutureTask<JobStatus> call =
        new FutureTask<>(() -> stub.update(order.update(), JobStatus.class, order.argument()));
    Thread thread = new Thread(call, "order");
    thread.setDaemon(true);
    thread.start();
    try {
      return call.get(ORDER_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      description();
      throw Failure.badInput(
          silent().getMessage() + "\nThe order may still be carried out when they do.");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? explained(cause)
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.badInput("interrupted before the job answered");
    }
  }

  /** What a failed call means for a person. */
  RuntimeException explained(RuntimeException failure) {
    if (failure instanceof WorkflowNotFoundException) {
      return find().map(this::ended).orElseGet(this::absent);
    }
    if (failure instanceof WorkflowUpdateException
        && failure.getCause() instanceof ApplicationFailure refusal) {
      return Failure.badInput(refusal.getOriginalMessage());
    }
    if (isTransient(failure) || isTransient(failure.getCause())) {
      return Failure.badInput(
          "the job was at something else just now and has not taken the order, perhaps you should"
              + " give it again");
    }
    if (failure instanceof StatusRuntimeException status) {
      return temporal.explained(status);
    }
    return failure.getCause() instanceof StatusRuntimeException status
        ? temporal.explained(status)
        : failure;
  }

  /** Temporal drops an update if the workflow task that was to take it fails. */
  private static boolean isTransient(@Nullable Throwable failure) {
    return failure instanceof StatusRuntimeException status
        && status.getStatus().getCode() == Status.Code.FAILED_PRECONDITION
        && String.valueOf(status.getStatus().getDescription()).contains("workflow task failure");
  }

  private Failure ended(WorkflowExecutionDescription execution) {
    if (execution.getStatus() == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING) {
      return Failure.badInput("the job " + id + " has just begun a new run, give the order again");
    }
    Ending ending = Ending.of(this, execution);
    return Failure.badInput(
        "the job " + id + " has ended (" + ending + "), so that it takes no orders");
  }
}
