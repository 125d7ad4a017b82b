package io.roundhouse.operate;

import io.roundhouse.connection.OpenConnection;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.SiteName;
import io.roundhouse.terminal.Failure;
import io.roundhouse.terminal.Terminal;
import io.roundhouse.workflows.FederatedJob;
import io.roundhouse.workflows.JobInput;
import io.roundhouse.workflows.JobMemo;
import io.roundhouse.workflows.TaskQueues;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.client.WorkflowExecutionDescription;
import io.temporal.client.WorkflowOptions;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A job to start.
 *
 * @param id its project and name
 * @param spec its spec, which was checked
 * @param sites its sites
 * @param store the folder of the artifacts, if the server is a simulation
 * @param recovers whether it goes on where a job of the same name was lost
 */
record JobStart(
    JobId id,
    Map<String, Object> spec,
    Collection<SiteName> sites,
    Optional<String> store,
    boolean recovers) {
  /** A new job. */
  static JobStart of(JobId id, Map<String, Object> spec, Collection<SiteName> sites) {
    return new JobStart(id, spec, sites, Optional.empty(), false);
  }

  /**
   * Starts it.
   *
   * @throws Failure if there is a job of that name
   */
  RemoteJob on(OpenConnection temporal) {
    RemoteJob job = new RemoteJob(temporal, id);
    WorkflowOptions.Builder options =
        WorkflowOptions.newBuilder()
            .setWorkflowId(FederatedJob.workflowId(id))
            .setTaskQueue(TaskQueues.SERVER)
            .setWorkflowIdReusePolicy(
                WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY);
    Map<String, Object> memo = new HashMap<>();
    memo.put(JobMemo.STARTED, Instant.now().toString());
    store.ifPresent(folder -> memo.put(JobMemo.STORE, folder));
    options.setMemo(memo);
    try {
      temporal.client().newUntypedWorkflowStub("FederatedJob", options.build()).start(input());
      return job;
    } catch (WorkflowExecutionAlreadyStarted e) {
      throw taken(job);
    } catch (WorkflowException e) {
      throw job.explained(e);
    }
  }

  private JobInput input() {
    List<String> names = sites.stream().map(SiteName::value).toList();
    return recovers ? JobInput.recovering(spec, names) : new JobInput(spec, names);
  }

  private Failure taken(RemoteJob job) {
    String state = job.find().map(JobRow::state).orElse("it was there a moment ago");
    return Failure.badInput(
        "there is a job "
            + id
            + " already ("
            + state
            + "), perhaps you should give this one another name, or delete that one with"
            + " `roundhouse delete "
            + id
            + "`");
  }

  /** Says that it was started, and how to watch it. */
  void announce(Terminal terminal) {
    terminal.line(
        terminal.green("started " + id)
            + " over "
            + sites.size()
            + (sites.size() == 1 ? " site: " : " sites: ")
            + sites.stream().map(SiteName::value).collect(Collectors.joining(", ")));
    terminal.line("watch it   ./roundhouse watch " + id);
    terminal.line("how it is  ./roundhouse status " + id);
  }

  /** What {@code --output json} prints of it. */
  static Map<String, Object> document(RemoteJob job) {
    WorkflowExecutionDescription execution = job.description();
    return Map.of(
        "job", job.id().toString(),
        "workflowId", execution.getExecution().getWorkflowId(),
        "runId", execution.getExecution().getRunId());
  }
}
