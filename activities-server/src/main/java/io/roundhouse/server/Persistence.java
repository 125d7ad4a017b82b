package io.roundhouse.server;

import io.roundhouse.aggregation.AggregationException;
import io.roundhouse.storage.ArtifactExistsException;
import io.roundhouse.storage.ArtifactMissingException;
import io.roundhouse.storage.CorruptArtifactException;
import io.roundhouse.storage.StorageException;
import io.roundhouse.storage.StoreUnavailableException;
import io.temporal.activity.Activity;
import io.temporal.failure.ApplicationFailure;
import java.io.UncheckedIOException;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How often the server's work is tried. A store that is away is waited for as long as the workflow
 * wants. What refuses us, or a full disk, may be put right within some ten minutes. What is
 * missing, damaged or an error of ours stays so, and a person shall know within seconds.
 */
final class Persistence {
  static final int ATTEMPTS_AT_WHAT_STAYS = 4;

  /** With the workflow's pauses, which grow to 30 seconds. */
  static final int ATTEMPTS_AT_WHAT_MAY_PASS = 27;

  private Persistence() {}

  /** Does the work with heartbeats; its failure is the last one if it is of no use to try again. */
  static <T extends @Nullable Object> T of(Supplier<T> work) {
    return Pulse.during(() -> of(Persistence::attempt, work));
  }

  static <T extends @Nullable Object> T of(IntSupplier attempt, Supplier<T> work) {
    try {
      return work.get();
    } catch (ApplicationFailure
        | StoreUnavailableException
        | ArtifactExistsException
        | AggregationException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      boolean mayPass =
          (e instanceof StorageException || e instanceof UncheckedIOException)
              && !(e instanceof ArtifactMissingException)
              && !(e instanceof CorruptArtifactException);
      if (attempt.getAsInt() < (mayPass ? ATTEMPTS_AT_WHAT_MAY_PASS : ATTEMPTS_AT_WHAT_STAYS)) {
        throw e instanceof RuntimeException passing ? passing : reported(e, false);
      }
      throw reported(e, true);
    }
  }

  /** An {@link Error} as it is would not be told to Temporal, and the job wait for nothing. */
  private static ApplicationFailure reported(Throwable e, boolean last) {
    return ApplicationFailure.newBuilder()
        .setMessage(message(e))
        .setType(e.getClass().getName())
        .setNonRetryable(last)
        .setCause(e)
        .build();
  }

  private static String message(Throwable failure) {
    if (failure instanceof StorageException) {
      return String.valueOf(failure.getMessage());
    }
    if (failure instanceof UncheckedIOException) {
      return "a file of the server cannot be read or written ("
          + failure.getCause()
          + "), perhaps you should check its disk";
    }
    return failure instanceof OutOfMemoryError
        ? "the server is out of memory ("
            + failure.getMessage()
            + "), perhaps you should give its JVM a larger heap (-Xmx)"
        : "an error inside Roundhouse's server: " + failure + ", please report it";
  }

  /** From 1; 1 also outside of an activity. */
  private static int attempt() {
    try {
      return Activity.getExecutionContext().getInfo().getAttempt();
    } catch (IllegalStateException outside) {
      return 1;
    }
  }
}
