package io.roundhouse.operate;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.temporal.client.WorkflowExecutionMetadata;
import io.temporal.client.WorkflowFailedException;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TerminatedFailure;
import io.temporal.failure.TimeoutFailure;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * How a job ended, which Temporal knows without the server's workers.
 *
 * @param state a {@link JobState}, or {@code TERMINATED} or {@code TIMED_OUT} by Temporal
 * @param reason in words
 * @param result what the job returned, unless it failed
 */
record Ending(String state, String reason, Optional<JobResult> result) {
  private static final long PATIENCE_SECONDS = 5;

  Ending {
    requireNonNull(state, "state is null");
    requireNonNull(reason, "reason is null");
    requireNonNull(result, "result is null");
  }

  /** The end of an execution that has closed. */
  static Ending of(RemoteJob job, WorkflowExecutionMetadata execution) {
    try {
      JobResult result =
          job.run(execution.getExecution())
              .getResult(PATIENCE_SECONDS, TimeUnit.SECONDS, JobResult.class);
      return new Ending(result.state().name(), result.reason(), Optional.of(result));
    } catch (WorkflowFailedException e) {
      return failed(e.getCause());
    } catch (TimeoutException e) {
      return new Ending("UNKNOWN", "Temporal does not tell how", Optional.empty());
    }
  }

  /** The end of one that failed. */
  static Ending failed(@Nullable Throwable cause) {
    if (cause instanceof CanceledFailure) {
      return new Ending(JobState.ABORTED.name(), "cancelled", Optional.empty());
    }
    if (cause instanceof TerminatedFailure terminated) {
      return new Ending(
          "TERMINATED", String.valueOf(terminated.getOriginalMessage()), Optional.empty());
    }
    if (cause instanceof TimeoutFailure) {
      return new Ending("TIMED_OUT", "its workflow took too long", Optional.empty());
    }
    return cause instanceof ApplicationFailure failure
        ? new Ending(JobState.FAILED.name(), failure.getOriginalMessage(), Optional.empty())
        : new Ending(JobState.FAILED.name(), String.valueOf(cause), Optional.empty());
  }

  @Override
  public String toString() {
    return state + ": " + reason;
  }
}
