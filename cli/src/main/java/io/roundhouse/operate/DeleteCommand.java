package io.roundhouse.operate;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.roundhouse.spec.InvalidSpecException;
import io.roundhouse.spec.JobSpecReader;
import io.roundhouse.storage.JobLayout;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.Failure;
import io.roundhouse.terminal.Terminal;
import io.roundhouse.workflows.JobMemo;
import io.temporal.api.enums.v1.PendingActivityState;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowExecutionDescription;
import io.temporal.client.WorkflowExecutionMetadata;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowStub;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code roundhouse delete}. */
@Command(
    name = "delete",
    description = {
      "Delete a job: its artifacts in the store, and its workflows in Temporal.",
      "What is gone already does not matter; the command can be given again."
    })
public final class DeleteCommand extends JobCommand {
  /** Until it learns otherwise, a site may be at work for as long as it need not answer. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(30);

  private static final Duration OBLIVION = Duration.ofSeconds(60);
  private static final long POLL_MILLIS = 250;

  @Option(
      names = "--force",
      description = "Terminate the job if it runs or is stuck; `abort` ends it in good order.")
  private boolean force;

  @Mixin private OrderOptions options = new OrderOptions();

  @Override
  int run(RemoteJob remote) {
    Optional<WorkflowExecutionDescription> execution = remote.find();
    boolean runs =
        execution
            .filter(
                found ->
                    found.getStatus() == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING)
            .isPresent();
    if (runs && !force) {
      throw Failure.badInput(
          "the job "
              + remote.id()
              + " has not ended ("
              + execution.map(JobRow::state).orElseThrow()
              + "), perhaps you should end it with `roundhouse abort "
              + remote.id()
              + "` first, or terminate it with --force");
    }
    Optional<Path> store =
        execution
            .map(found -> (String) found.getMemo(JobMemo.STORE, String.class))
            .map(folder -> Path.of(folder, "roundhouse", new JobLayout(remote.id()).folder()));
    Removal removal = remove(remote, runs, store);
    if (json()) {
      print(removal);
    } else {
      print(removal, terminal());
    }
    return removal.left().isEmpty() ? ExitCode.OK : ExitCode.JOB_FAILED;
  }

  /**
   * @param store the folder of the artifacts, if a simulation started the job
   */
  private Removal remove(RemoteJob remote, boolean runs, Optional<Path> store) {
    List<String> left = new ArrayList<>();
    Duration after = runs ? terminate(remote) : Duration.ZERO;
    Optional<Integer> objects = Optional.empty();
    try {
      objects = Optional.of(new ArtifactRemoval(remote, after, terminal()).run());
      store
          .filter(Files::isDirectory)
          .ifPresent(
              folder ->
                  left.add(
                      "its artifacts are in the store of another simulation, perhaps you should"
                          + " remove the folder "
                          + folder));
    } catch (Failure e) {
      left.add(
          e.getMessage()
              + store
                  .filter(Files::isDirectory)
                  .map(folder -> ", or remove the folder " + folder)
                  .orElse(""));
    }
    terminal().status(" deleting workflows");
    int workflows = 0;
    try {
      workflows = new WorkflowRemoval(remote.temporal(), remote.id()).run();
      awaitOblivion(remote);
    } catch (StatusRuntimeException e) {
      left.add(
          e.getStatus().getCode() == Status.Code.UNIMPLEMENTED
              ? "its workflows are still in Temporal, which cannot delete any; they go when its"
                  + " retention has passed"
              : "its workflows are still in Temporal: "
                  + remote.temporal().explained(e).getMessage());
    }
    terminal().clear();
    return new Removal(remote.id(), runs, objects, workflows, left);
  }

  /** Temporal deletes by and by; once it has forgotten the job, its name can be used again. */
  private void awaitOblivion(RemoteJob remote) {
    long end = System.nanoTime() + OBLIVION.toNanos();
    try {
      while (System.nanoTime() < end && remote.find().isPresent()) {
        terminal().status(" waiting until Temporal has forgotten the job");
        Thread.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns how long sites may still be at work for it. */
  private Duration terminate(RemoteJob remote) {
    Duration heartbeat = heartbeat(remote);
    terminate(remote.stub());
    boolean atWork = false;
    try {
      for (WorkflowExecutionMetadata round :
          new WorkflowRemoval(remote.temporal(), remote.id()).runningRounds()) {
        WorkflowStub stub = remote.run(round.getExecution());
        atWork |= isAtWork(stub);
        terminate(stub);
      }
    } catch (StatusRuntimeException cannotList) {
      atWork = true;
    }
    return atWork ? heartbeat : Duration.ZERO;
  }

  private static boolean isAtWork(WorkflowStub round) {
    try {
      return round.describe().getRawDescription().getPendingActivitiesList().stream()
          .anyMatch(
              activity ->
                  activity.getState() != PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED);
    } catch (WorkflowException gone) {
      return false;
    }
  }

  private void terminate(WorkflowStub stub) {
    try {
      String why = options.reason().isEmpty() ? "" : ": " + options.reason();
      stub.terminate("deleted by " + options.by() + why);
    } catch (WorkflowNotFoundException ended) {
      // It has ended by itself.
      return;
    }
  }

  private static Duration heartbeat(RemoteJob remote) {
    try {
      return JobSpecReader.read(remote.spec()).rounds().heartbeat();
    } catch (Failure | InvalidSpecException unknown) {
      return HEARTBEAT;
    }
  }

  private void print(Removal removal, Terminal terminal) {
    if (removal.terminated()) {
      terminal.line("terminated job " + removal.job());
    }
    boolean nothing = removal.objects().orElse(0) == 0 && removal.workflows() == 0;
    if (removal.left().isEmpty() && nothing) {
      terminal.line("nothing of job " + removal.job() + " was there");
    } else {
      terminal.line(
          terminal.green("deleted job " + removal.job())
              + ": "
              + removal.objects().map(count -> count + " objects in the store, ").orElse("")
              + removal.workflows()
              + " workflow executions");
    }
    removal.left().forEach(text -> terminal.line(terminal.yellow("not done: " + text)));
  }
}
