package io.roundhouse.operate;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Best;
import io.roundhouse.domain.Decision;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.JobStatus;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.RoundSummary;
import io.roundhouse.domain.SiteStatus;
import io.roundhouse.terminal.Ago;
import io.roundhouse.workflows.JobMemo;
import io.roundhouse.workflows.RoundProgress;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.client.WorkflowExecutionDescription;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All that {@code status} knows of a job.
 *
 * @param job project and name
 * @param state where it stands
 * @param message what it does, waits for, or ended of
 * @param round the round that is running, or the last one
 * @param rounds how many the spec asks for, if the job answers
 * @param startedAt when it was started
 * @param endedAt when it ended
 * @param answers whether the server's workers answer for it
 * @param store the folder of the artifacts, if a simulation started the job
 * @param progress of the running round
 * @param result what the job returned
 * @param best the best model so far
 * @param sites its sites
 * @param late late updates that wait
 * @param decisions the newest ones, oldest first
 * @param recent the newest finished rounds, oldest first
 */
record JobReport(
    JobId job,
    String state,
    String message,
    long round,
    Optional<Integer> rounds,
    Instant startedAt,
    Optional<Instant> endedAt,
    boolean answers,
    Optional<String> store,
    Optional<RoundProgress> progress,
    Optional<JobResult> result,
    Optional<Best> best,
    List<SiteStatus> sites,
    List<LateUpdate> late,
    List<Decision> decisions,
    List<RoundSummary> recent) {
  private static final int MANY_ATTEMPTS = 3;

  JobReport {
    requireNonNull(job, "job is null");
    requireNonNull(state, "state is null");
    requireNonNull(message, "message is null");
    requireNonNull(rounds, "rounds is null");
    requireNonNull(startedAt, "startedAt is null");
    requireNonNull(endedAt, "endedAt is null");
    requireNonNull(store, "store is null");
    requireNonNull(progress, "progress is null");
    requireNonNull(result, "result is null");
    requireNonNull(best, "best is null");
    sites = List.copyOf(sites);
    late = List.copyOf(late);
    decisions = List.copyOf(decisions);
    recent = List.copyOf(recent);
  }

  /**
   * Asks Temporal, and the job itself.
   *
   * @throws io.roundhouse.terminal.Failure if there is no such job
   */
  static JobReport of(RemoteJob job) {
    WorkflowExecutionDescription execution = job.description();
    boolean runs =
        execution.getStatus() == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING;
    Optional<Ending> ending = runs ? Optional.empty() : Optional.of(Ending.of(job, execution));
    Optional<JobStatus> status = job.status();
    JobRow row = JobRow.of(execution).orElseThrow();
    return new JobReport(
        job.id(),
        ending
            .map(Ending::state)
            .orElseGet(() -> status.map(JobStatus::state).map(JobState::name).orElse(row.state())),
        Ago.inWords(
            ending
                .map(Ending::reason)
                .orElseGet(
                    () -> status.map(JobStatus::message).orElseGet(() -> silence(execution))),
            Instant.now()),
        status.map(JobStatus::round).map(Integer::longValue).orElse(row.round().orElse(0L)),
        status.map(JobStatus::rounds),
        row.startedAt(),
        Optional.ofNullable(execution.getCloseTime()),
        status.isPresent(),
        Optional.ofNullable((String) execution.getMemo(JobMemo.STORE, String.class)),
        status.filter(said -> said.state() == JobState.RUNNING).flatMap(job::progress),
        ending.flatMap(Ending::result),
        status
            .flatMap(JobStatus::best)
            .or(() -> ending.flatMap(Ending::result).flatMap(JobResult::best)),
        status.isPresent() ? job.sites() : List.of(),
        status.map(JobStatus::late).orElse(List.of()),
        status.map(JobStatus::decisions).orElse(List.of()),
        status.map(JobStatus::recent).orElse(List.of()));
  }

  private static String silence(WorkflowExecutionDescription execution) {
    int attempts = execution.getRawDescription().getPendingWorkflowTask().getAttempt();
    return attempts > MANY_ATTEMPTS
        ? "stuck: its workflow task has failed "
            + (attempts - 1)
            + " times, perhaps you should read the server's log and Temporal's Web UI"
        : "the server's workers do not answer, perhaps you should start them";
  }
}
