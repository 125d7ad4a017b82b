package io.roundhouse.operate;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.JobState;
import io.roundhouse.workflows.JobAttributes;
import io.roundhouse.workflows.JobMemo;
import io.temporal.client.WorkflowExecutionMetadata;
import io.temporal.common.SearchAttributeKey;
import io.temporal.common.SearchAttributes;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A job as Temporal's visibility knows it, without asking the job.
 *
 * @param job project and name
 * @param state a {@link JobState}, or {@code TERMINATED} or {@code TIMED_OUT} by Temporal
 * @param round the last finished one
 * @param metric the newest accuracy
 * @param sites its sites
 * @param startedAt when it was started
 * @param endedAt when it ended
 */
public record JobRow(
    JobId job,
    String state,
    Optional<Long> round,
    Optional<Double> metric,
    List<String> sites,
    Instant startedAt,
    Optional<Instant> endedAt) {
  private static final String PREFIX = "fl/";

  public JobRow {
    requireNonNull(job, "job is null");
    requireNonNull(state, "state is null");
    requireNonNull(round, "round is null");
    requireNonNull(metric, "metric is null");
    sites = List.copyOf(sites);
    requireNonNull(startedAt, "startedAt is null");
    requireNonNull(endedAt, "endedAt is null");
  }

  /** Empty if its workflow has not the id of a job. */
  static Optional<JobRow> of(WorkflowExecutionMetadata execution) {
    return id(execution.getExecution().getWorkflowId())
        .map(
            job -> {
              SearchAttributes attributes = execution.getTypedSearchAttributes();
              return new JobRow(
                  job,
                  state(execution),
                  value(attributes, JobAttributes.ROUND),
                  value(attributes, JobAttributes.METRIC),
                  value(attributes, JobAttributes.SITES).orElse(List.of()),
                  startedAt(execution),
                  Optional.ofNullable(execution.getCloseTime()));
            });
  }

  private static Optional<JobId> id(String workflowId) {
    try {
      return workflowId.startsWith(PREFIX)
          ? Optional.of(JobId.parse(workflowId.substring(PREFIX.length())))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** What the job said of itself, unless Temporal knows that it said nothing any more. */
  static String state(WorkflowExecutionMetadata execution) {
    Optional<String> phase =
        value(execution.getTypedSearchAttributes(), JobAttributes.PHASE)
            .map(text -> text.toUpperCase(Locale.ROOT));
    return switch (execution.getStatus()) {
      case WORKFLOW_EXECUTION_STATUS_FAILED -> JobState.FAILED.name();
      case WORKFLOW_EXECUTION_STATUS_CANCELED -> JobState.ABORTED.name();
      case WORKFLOW_EXECUTION_STATUS_TERMINATED -> "TERMINATED";
      case WORKFLOW_EXECUTION_STATUS_TIMED_OUT -> "TIMED_OUT";
      case WORKFLOW_EXECUTION_STATUS_COMPLETED -> phase.orElse(JobState.COMPLETED.name());
      default -> phase.orElse(JobState.OPENING.name());
    };
  }

  /** When a job was started; if another client did it, when its newest run started. */
  public static Instant startedAt(WorkflowExecutionMetadata execution) {
    try {
      return Optional.ofNullable((String) execution.getMemo(JobMemo.STARTED, String.class))
          .map(Instant::parse)
          .orElse(execution.getStartTime());
    } catch (DateTimeParseException e) {
      return execution.getStartTime();
    }
  }

  private static <T> Optional<T> value(SearchAttributes attributes, SearchAttributeKey<T> key) {
    return attributes.containsKey(key)
        ? Optional.ofNullable(attributes.get(key))
        : Optional.empty();
  }
}
