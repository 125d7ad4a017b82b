package io.roundhouse.operate;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.roundhouse.connection.OpenConnection;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.SiteName;
import io.roundhouse.terminal.Failure;
import io.roundhouse.workflows.FederatedJob;
import io.roundhouse.workflows.JobInput;
import io.roundhouse.workflows.TaskQueues;
import io.temporal.api.enums.v1.ScheduleOverlapPolicy;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.schedules.Schedule;
import io.temporal.client.schedules.ScheduleActionStartWorkflow;
import io.temporal.client.schedules.ScheduleAlreadyRunningException;
import io.temporal.client.schedules.ScheduleClient;
import io.temporal.client.schedules.ScheduleClientOptions;
import io.temporal.client.schedules.ScheduleException;
import io.temporal.client.schedules.ScheduleHandle;
import io.temporal.client.schedules.ScheduleListDescription;
import io.temporal.client.schedules.ScheduleOptions;
import io.temporal.client.schedules.SchedulePolicy;
import io.temporal.client.schedules.ScheduleSpec;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The schedules of jobs in Temporal; a schedule has the id of a job. */
final class Schedules {
  private static final String PREFIX = "fl/";

  private final OpenConnection temporal;
  private final ScheduleClient client;

  Schedules(OpenConnection temporal) {
    this.temporal = temporal;
    WorkflowClientOptions options = temporal.client().getOptions();
    client =
        ScheduleClient.newInstance(
            temporal.client().getWorkflowServiceStubs(),
            ScheduleClientOptions.newBuilder()
                .setNamespace(options.getNamespace())
                .setDataConverter(options.getDataConverter())
                .build());
  }

  /**
   * Makes a schedule whose turns do not overlap: one that would is left out.
   *
   * @param times when
   * @param spec which was checked
   * @throws Failure if there is one of that name, or Temporal refuses the times
   */
  void create(JobId job, ScheduleSpec times, Map<String, Object> spec, Collection<SiteName> sites) {
    String id = FederatedJob.workflowId(job);
    JobInput input = new JobInput(spec, sites.stream().map(SiteName::value).toList());
    Schedule schedule =
        Schedule.newBuilder()
            .setSpec(times)
            .setAction(
                ScheduleActionStartWorkflow.newBuilder()
                    .setWorkflowType("ScheduledJob")
                    .setOptions(
                        WorkflowOptions.newBuilder()
                            .setWorkflowId(id)
                            .setTaskQueue(TaskQueues.SERVER)
                            .build())
                    .setArguments(input)
                    .build())
            .setPolicy(
                SchedulePolicy.newBuilder()
                    .setOverlap(ScheduleOverlapPolicy.SCHEDULE_OVERLAP_POLICY_SKIP)
                    .build())
            .build();
    try {
      client.createSchedule(id, schedule, ScheduleOptions.newBuilder().build());
    } catch (ScheduleAlreadyRunningException e) {
      throw Failure.badInput(
          "there is a schedule "
              + job
              + " already, perhaps you should delete it first with `roundhouse schedule delete "
              + job
              + "`");
    } catch (ScheduleException | StatusRuntimeException e) {
      throw explained(job, e);
    }
  }

  /** All of them, by id. */
  List<ScheduleListDescription> list() {
    try (Stream<ScheduleListDescription> all = client.listSchedules()) {
      return all.filter(schedule -> schedule.getScheduleId().startsWith(PREFIX)).toList();
    } catch (ScheduleException | StatusRuntimeException e) {
      throw explained(null, e);
    }
  }

  /** The job that a schedule starts. */
  static String job(ScheduleListDescription schedule) {
    return schedule.getScheduleId().substring(PREFIX.length());
  }

  /**
   * Gives an order to one.
   *
   * @throws Failure if there is none of that name
   */
  void order(JobId job, Consumer<ScheduleHandle> order) {
    try {
      order.accept(client.getHandle(FederatedJob.workflowId(job)));
    } catch (ScheduleException | StatusRuntimeException e) {
      throw explained(job, e);
    }
  }

  private RuntimeException explained(@Nullable JobId job, RuntimeException failure) {
    Throwable cause = failure instanceof StatusRuntimeException ? failure : failure.getCause();
    if (!(cause instanceof StatusRuntimeException status)) {
      return failure;
    }
    Status.Code code = status.getStatus().getCode();
    if (code == Status.Code.NOT_FOUND && job != null) {
      return Failure.badInput(
          "there is no schedule "
              + job
              + ", perhaps you should look at `roundhouse schedule list`");
    }
    if (code == Status.Code.INVALID_ARGUMENT) {
      return Failure.badInput("Temporal refuses it: " + status.getStatus().getDescription());
    }
    return temporal.explained(status);
  }
}
