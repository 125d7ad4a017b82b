package io.roundhouse.gateway;

import static java.util.Map.entry;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.roundhouse.domain.Identity;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.Role;
import io.roundhouse.gateway.Refusal.Reason;
import io.temporal.api.schedule.v1.Schedule;
import io.temporal.api.schedule.v1.ScheduleAction;
import io.temporal.api.workflow.v1.NewWorkflowExecutionInfo;
import io.temporal.api.workflowservice.v1.CreateScheduleRequest;
import io.temporal.api.workflowservice.v1.DeleteScheduleRequest;
import io.temporal.api.workflowservice.v1.DescribeScheduleRequest;
import io.temporal.api.workflowservice.v1.ListScheduleMatchingTimesRequest;
import io.temporal.api.workflowservice.v1.ListSchedulesRequest;
import io.temporal.api.workflowservice.v1.ListSchedulesResponse;
import io.temporal.api.workflowservice.v1.PatchScheduleRequest;
import io.temporal.api.workflowservice.v1.UpdateScheduleRequest;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Schedules of jobs. Their ids have the form of a job's workflow: {@code fl/<project>/<name>}. */
final class OperatorSchedules implements Rpcs {
  private static final String SERVICE = "temporal.api.workflowservice.v1.WorkflowService/";

  private final Temporal temporal;
  private final Owners owners;

  OperatorSchedules(Temporal temporal, Owners owners) {
    this.temporal = temporal;
    this.owners = owners;
  }

  @Override
  public Map<String, Rpc> byName() {
    return Map.ofEntries(
        entry(SERVICE + "CreateSchedule", this::create),
        entry(SERVICE + "UpdateSchedule", this::update),
        entry(SERVICE + "PatchSchedule", this::patch),
        entry(SERVICE + "DeleteSchedule", this::delete),
        entry(SERVICE + "DescribeSchedule", this::describe),
        entry(SERVICE + "ListSchedules", this::list),
        entry(SERVICE + "ListScheduleMatchingTimes", this::matchingTimes));
  }

  private CompletableFuture<byte[]> create(RpcCall call) {
    CreateScheduleRequest request = call.read(CreateScheduleRequest.parser());
    temporal.requireNamespace(request.getNamespace());
    call.about(request.getScheduleId());
    requireSubmitter(call.caller());
    JobWorkflow.start(request.getScheduleId());
    byte[] create =
        request.toBuilder()
            .setIdentity(call.caller().uri())
            .setSchedule(own(request.getSchedule(), call.caller()))
            .setMemo(JobStart.memo(request.getMemo(), call.caller()))
            .build()
            .toByteArray();
    return carryOut(call, create);
  }

  private CompletableFuture<byte[]> update(RpcCall call) {
    UpdateScheduleRequest request = call.read(UpdateScheduleRequest.parser());
    temporal.requireNamespace(request.getNamespace());
    return steer(
        call,
        request.getScheduleId(),
        request.toBuilder()
            .setIdentity(call.caller().uri())
            .setSchedule(own(request.getSchedule(), call.caller()))
            .clearMemo()
            .build());
  }

  private CompletableFuture<byte[]> patch(RpcCall call) {
    PatchScheduleRequest request = call.read(PatchScheduleRequest.parser());
    temporal.requireNamespace(request.getNamespace());
    return steer(
        call,
        request.getScheduleId(),
        request.toBuilder().setIdentity(call.caller().uri()).build());
  }

  private CompletableFuture<byte[]> delete(RpcCall call) {
    DeleteScheduleRequest request = call.read(DeleteScheduleRequest.parser());
    temporal.requireNamespace(request.getNamespace());
    return steer(
        call,
        request.getScheduleId(),
        request.toBuilder().setIdentity(call.caller().uri()).build());
  }

  private CompletableFuture<byte[]> describe(RpcCall call) {
    DescribeScheduleRequest request = call.read(DescribeScheduleRequest.parser());
    temporal.requireNamespace(request.getNamespace());
    requireJobs(call, request.getScheduleId());
    return ask(call, request);
  }

  private CompletableFuture<byte[]> matchingTimes(RpcCall call) {
    ListScheduleMatchingTimesRequest request = call.read(ListScheduleMatchingTimesRequest.parser());
    temporal.requireNamespace(request.getNamespace());
    requireJobs(call, request.getScheduleId());
    return ask(call, request);
  }

  private CompletableFuture<byte[]> list(RpcCall call) {
    ListSchedulesRequest request = call.read(ListSchedulesRequest.parser());
    temporal.requireNamespace(request.getNamespace());
    return ask(call, request).thenApply(OperatorSchedules::jobsOnly);
  }

  private static byte[] jobsOnly(byte[] answer) {
    try {
      ListSchedulesResponse found = ListSchedulesResponse.parseFrom(answer);
      ListSchedulesResponse.Builder jobs = found.toBuilder().clearSchedules();
      found.getSchedulesList().stream()
          .filter(schedule -> JobWorkflow.of(schedule.getScheduleId()).isPresent())
          .forEach(jobs::addSchedules);
      return jobs.build().toByteArray();
    } catch (InvalidProtocolBufferException e) {
      throw new Refusal(Reason.UNAVAILABLE, "Temporal's answer cannot be read");
    }
  }

  /** A schedule that starts jobs in the caller's name, and nothing else. */
  private static Schedule own(Schedule schedule, Identity caller) {
    NewWorkflowExecutionInfo start = schedule.getAction().getStartWorkflow();
    JobId job = JobWorkflow.start(start.getWorkflowId());
    JobJson.Input input = JobJson.input(start.getInput(), job, caller);
    if (input.recovers()) {
      throw Refusal.invalid("a schedule starts jobs from their beginning");
    }
    return schedule.toBuilder()
        .setAction(
            ScheduleAction.newBuilder()
                .setStartWorkflow(JobStart.of(start, input.payloads(), caller)))
        .build();
  }

  private CompletableFuture<byte[]> steer(RpcCall call, String schedule, Message request) {
    requireJobs(call, schedule);
    requireSubmitter(call.caller());
    if (call.caller().role().equals(Optional.of(Role.PROJECT_ADMIN))) {
      return carryOut(call, request.toByteArray());
    }
    return owners
        .ofSchedule(call, schedule)
        .thenCompose(
            owner -> {
              if (!owner.isSteeredBy(call.caller())) {
                throw Refusal.forbidden(
                    "the schedule is one of "
                        + owner
                        + ", perhaps you should ask them or a project_admin");
              }
              return carryOut(call, request.toByteArray());
            });
  }

  private CompletableFuture<byte[]> carryOut(RpcCall call, byte[] request) {
    return call.recorded().thenCompose(recorded -> temporal.send(call, request));
  }

  private CompletableFuture<byte[]> ask(RpcCall call, Message request) {
    call.allow();
    return temporal.send(call, request.toByteArray());
  }

  private static void requireJobs(RpcCall call, String schedule) {
    call.about(schedule);
    JobWorkflow.require(schedule);
  }

  private static void requireSubmitter(Identity caller) {
    Role role = caller.role().orElse(Role.MEMBER);
    if (role != Role.LEAD && role != Role.PROJECT_ADMIN) {
      throw Refusal.forbidden(
          "the role "
              + role
              + " may not make, change or remove schedules, perhaps you should ask a lead or a"
              + " project_admin");
    }
  }
}
