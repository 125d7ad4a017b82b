package io.roundhouse.cli;

import static java.util.Objects.requireNonNull;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.SiteName;
import io.roundhouse.jobfile.JobFile;
import io.roundhouse.operate.JobRow;
import io.roundhouse.simulation.TemporalService;
import io.roundhouse.terminal.Failure;
import io.roundhouse.workflows.FederatedJob;
import io.roundhouse.workflows.JobInput;
import io.roundhouse.workflows.JobMemo;
import io.temporal.api.common.v1.Payloads;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowExecutionMetadata;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowStub;
import io.temporal.common.converter.DataConverter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A job that is unfinished on a Temporal that outlived the simulation it was started by.
 *
 * @param stub the job
 * @param store the folder of its artifacts
 * @param startedAt when it was started
 */
record UnfinishedJob(WorkflowStub stub, Path store, Instant startedAt) {
  private static final String RUNNING =
      "WorkflowType = 'FederatedJob' AND ExecutionStatus = 'Running'";

  UnfinishedJob {
    requireNonNull(stub, "stub is null");
    requireNonNull(store, "store is null");
    requireNonNull(startedAt, "startedAt is null");
  }

  /**
   * The job of a file, if it is unfinished there.
   *
   * @param out the folder that the user wants, if one was named
   * @throws Failure if this simulation could not go on with it, or would take the tasks of another
   *     simulation's jobs
   */
  static Optional<UnfinishedJob> find(TemporalService temporal, JobFile job, Optional<Path> out) {
    if (!temporal.outlivesThisProcess()) {
      return Optional.empty();
    }
    Optional<UnfinishedJob> unfinished = find(temporal.client(), job, out);
    requireNoOther(
        temporal, unfinished.map(UnfinishedJob::store).or(() -> out.map(Path::toAbsolutePath)));
    return unfinished;
  }

  private static Optional<UnfinishedJob> find(
      WorkflowClient client, JobFile job, Optional<Path> out) {
    JobId id = job.spec().job();
    WorkflowStub stub = client.newUntypedWorkflowStub(FederatedJob.workflowId(id));
    WorkflowExecutionMetadata execution;
    try {
      execution = stub.describe();
    } catch (WorkflowNotFoundException absent) {
      return Optional.empty();
    }
    if (execution.getStatus() != WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING) {
      return Optional.empty();
    }
    Path store =
        store(execution)
            .orElseThrow(
                () ->
                    Failure.badInput(
                        "job "
                            + id
                            + " runs there already, and was not started by a simulation, perhaps"
                            + " you should give this one another name"));
    requireSame(client, execution, job);
    if (out.isPresent() && !store.equals(out.get().toAbsolutePath().normalize())) {
      throw Failure.badInput(
          "job "
              + id
              + " runs there already with its artifacts in "
              + store
              + ", perhaps you should go on with it by --out "
              + store
              + ", or give this one another name");
    }
    if (!Files.isDirectory(store)) {
      throw Failure.badInput(
          "job "
              + id
              + " runs there already, but the folder of its artifacts, "
              + store
              + ", is not here, perhaps you should end the job with `roundhouse abort "
              + id
              + "` or `roundhouse delete --force "
              + id
              + "`");
    }
    return Optional.of(new UnfinishedJob(stub, store, JobRow.startedAt(execution)));
  }

  /** Its sites would take tasks for which they have neither the rows nor the models. */
  private static void requireNoOther(TemporalService temporal, Optional<Path> store) {
    try (Stream<WorkflowExecutionMetadata> running = temporal.client().listExecutions(RUNNING)) {
      running
          .filter(other -> store(other).isPresent() && !store(other).equals(store))
          .findFirst()
          .ifPresent(
              other -> {
                throw Failure.badInput(
                    "job "
                        + name(other)
                        + " of another simulation is unfinished on "
                        + temporal.place()
                        + ", with its artifacts in "
                        + store(other).orElseThrow()
                        + ", and the sites of both would take each other's tasks; perhaps you should"
                        + " let it end, end it with `roundhouse abort "
                        + name(other)
                        + "` or `roundhouse delete --force "
                        + name(other)
                        + "`, or use another --namespace");
              });
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Status.Code.UNIMPLEMENTED) {
        throw e;
      }
    }
  }

  private static void requireSame(
      WorkflowClient client, WorkflowExecutionMetadata execution, JobFile job) {
    JobInput running = input(client, execution);
    List<String> sites = job.simulation().names().stream().map(SiteName::value).toList();
    DataConverter converter = client.getOptions().getDataConverter();
    JobInput ours =
        converter.fromPayloads(
            0,
            converter.toPayloads(new JobInput(Artifacts.inStore(job), sites)),
            JobInput.class,
            JobInput.class);
    if (!running.spec().equals(ours.spec()) || !running.sites().equals(ours.sites())) {
      throw Failure.badInput(
          "job "
              + job.spec().job()
              + " runs there already with another spec, perhaps you should give the command and the"
              + " file that it was started with, or change it with `roundhouse change`");
    }
  }

  private static JobInput input(WorkflowClient client, WorkflowExecutionMetadata execution) {
    try (Stream<HistoryEvent> history =
        client.streamHistory(
            execution.getExecution().getWorkflowId(), execution.getExecution().getRunId())) {
      Payloads input =
          history.findFirst().orElseThrow().getWorkflowExecutionStartedEventAttributes().getInput();
      return client
          .getOptions()
          .getDataConverter()
          .fromPayloads(0, Optional.of(input), JobInput.class, JobInput.class);
    }
  }

  private static Optional<Path> store(WorkflowExecutionMetadata execution) {
    return Optional.ofNullable((String) execution.getMemo(JobMemo.STORE, String.class))
        .map(Path::of);
  }

  private static String name(WorkflowExecutionMetadata execution) {
    return execution.getExecution().getWorkflowId().substring("fl/".length());
  }
}
