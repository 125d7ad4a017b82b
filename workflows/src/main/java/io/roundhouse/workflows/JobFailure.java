package io.roundhouse.workflows;

import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.ChildWorkflowFailure;
import io.temporal.failure.TemporalFailure;
import io.temporal.failure.TerminatedFailure;
import io.temporal.failure.TimeoutFailure;
import io.temporal.workflow.CancellationScope;
import org.jspecify.annotations.Nullable;

/** What really happened, as a failure that ends a job with words for a person. */
final class JobFailure {
  private static final String INTERNAL = "JobFailed";

  private JobFailure() {}

  /** The first failure in the chain that says something, with its type. */
  static ApplicationFailure of(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof ApplicationFailure said) {
        return permanent(String.valueOf(said.getOriginalMessage()), said.getType());
      }
    }
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof ActivityFailure activity && at.getCause() instanceof TimeoutFailure) {
        return permanent(
            "no worker of the server finished "
                + activity.getActivityType()
                + " in time, perhaps you should look whether the server's workers run",
            "ServerTimeout");
      }
    }
    return failure instanceof TemporalFailure
        ? permanent(String.valueOf(failure), INTERNAL)
        : permanent("an error inside Roundhouse: " + failure + ", please report it", INTERNAL);
  }

  /** Whether it is there because the job itself was cancelled. */
  static boolean isCancellation(RuntimeException failure) {
    return CancellationScope.current().isCancelRequested()
        && (failure instanceof CanceledFailure || failure.getCause() instanceof CanceledFailure);
  }

  /** What became of a round that did not end by itself; null if it did. */
  static @Nullable String fateOfRound(RuntimeException failure) {
    if (!(failure instanceof ChildWorkflowFailure)) {
      return null;
    }
    if (failure.getCause() instanceof CanceledFailure) {
      return "was cancelled by hand";
    }
    return failure.getCause() instanceof TerminatedFailure ? "was terminated" : null;
  }

  private static ApplicationFailure permanent(String message, String type) {
    return ApplicationFailure.newNonRetryableFailure(message, type);
  }
}
