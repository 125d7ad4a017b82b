package io.roundhouse.gateway;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import io.roundhouse.gateway.Refusal.Reason;
import io.temporal.api.common.v1.Memo;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.workflow.v1.WorkflowExecutionInfo;
import io.temporal.api.workflowservice.v1.DescribeScheduleRequest;
import io.temporal.api.workflowservice.v1.DescribeScheduleResponse;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionResponse;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Asks Temporal whose a job is: the gateway keeps the submitter in its memo. */
final class Owners {
  private static final String SERVICE = "temporal.api.workflowservice.v1.WorkflowService/";

  private final Temporal temporal;

  Owners(Temporal temporal) {
    this.temporal = temporal;
  }

  /**
   * Whose a job is.
   *
   * @param run which run of it; empty for the newest
   */
  CompletableFuture<Owner> ofJob(RpcCall call, String job, String run) {
    byte[] ask =
        DescribeWorkflowExecutionRequest.newBuilder()
            .setNamespace(temporal.namespace())
            .setExecution(WorkflowExecution.newBuilder().setWorkflowId(job).setRunId(run))
            .build()
            .toByteArray();
    return temporal
        .send(call, SERVICE + "DescribeWorkflowExecution", ask)
        .thenApply(
            answer -> {
              try {
                WorkflowExecutionInfo info =
                    DescribeWorkflowExecutionResponse.parseFrom(answer).getWorkflowExecutionInfo();
                return new Owner(
                    submitter(info.getMemo()),
                    info.getExecution().getRunId(),
                    info.getFirstRunId());
              } catch (InvalidProtocolBufferException e) {
                throw unreadable();
              }
            });
  }

  /** Whose a job is; empty if there is no such job. */
  CompletableFuture<Optional<Owner>> ofJobIfAny(RpcCall call, String job) {
    return ofJob(call, job, "")
        .handle(
            (owner, failure) -> {
              if (failure == null) {
                return Optional.of(owner);
              }
              if (Status.fromThrowable(failure).getCode() == Status.Code.NOT_FOUND) {
                return Optional.empty();
              }
              throw new CompletionException(failure);
            });
  }

  /** Whose a schedule is. */
  CompletableFuture<Owner> ofSchedule(RpcCall call, String schedule) {
    byte[] ask =
        DescribeScheduleRequest.newBuilder()
            .setNamespace(temporal.namespace())
            .setScheduleId(schedule)
            .build()
            .toByteArray();
    return temporal
        .send(call, SERVICE + "DescribeSchedule", ask)
        .thenApply(
            answer -> {
              try {
                DescribeScheduleResponse schedules = DescribeScheduleResponse.parseFrom(answer);
                return new Owner(submitter(schedules.getMemo()), "", "");
              } catch (InvalidProtocolBufferException e) {
                throw unreadable();
              }
            });
  }

  private static Optional<io.roundhouse.domain.Identity> submitter(Memo memo) {
    Payload payload = memo.getFieldsMap().get(Owner.MEMO);
    return payload == null ? Optional.empty() : JobJson.identity(payload);
  }

  private static Refusal unreadable() {
    return new Refusal(Reason.UNAVAILABLE, "Temporal's answer cannot be read");
  }
}
