package io.roundhouse.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.roundhouse.storage.ArtifactExistsException;
import io.roundhouse.storage.ArtifactMissingException;
import io.roundhouse.storage.CorruptArtifactException;
import io.roundhouse.storage.StorageException;
import io.roundhouse.storage.StoreUnavailableException;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PersistenceTest {
  static Stream<Arguments> failures() {
    int seconds = Persistence.ATTEMPTS_AT_WHAT_STAYS;
    int minutes = Persistence.ATTEMPTS_AT_WHAT_MAY_PASS;
    return Stream.of(
        Arguments.of(new ArtifactMissingException("a/b"), seconds, "nothing under 'a/b', perhaps"),
        Arguments.of(new CorruptArtifactException("'a/b' is damaged"), seconds, "'a/b' is damaged"),
        Arguments.of(
            new IllegalStateException("odd"),
            seconds,
            "an error inside Roundhouse's server: java.lang.IllegalStateException: odd"),
        Arguments.of(new OutOfMemoryError("heap"), seconds, "perhaps you should give its JVM"),
        Arguments.of(
            new NoClassDefFoundError("a/B"),
            seconds,
            "an error inside Roundhouse's server: java.lang.NoClassDefFoundError: a/B"),
        Arguments.of(new StorageException("refused (403)"), minutes, "refused (403)"),
        Arguments.of(
            new UncheckedIOException(new IOException("No space left on device")),
            minutes,
            "No space left on device), perhaps you should check its disk"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void whatDoesNotPassIsTriedForSecondsOrMinutesOnly(Throwable failure, int most, String words) {
    Throwable before = catchThrowable(() -> attempt(most - 1, failure));
    if (failure instanceof Error) {
      assertThat(before)
          .as("Temporal reports exceptions of activities only")
          .isInstanceOfSatisfying(
              ApplicationFailure.class, again -> assertThat(again.isNonRetryable()).isFalse())
          .hasCause(failure);
    } else {
      assertThat(before).isSameAs(failure);
    }

    ApplicationFailure last =
        catchThrowableOfType(ApplicationFailure.class, () -> attempt(most, failure));
    assertThat(last.isNonRetryable()).isTrue();
    assertThat(last.getType()).isEqualTo(failure.getClass().getName());
    assertThat(last.getOriginalMessage()).contains(words);
  }

  @Test
  void aStoreThatIsAwayIsWaitedFor() {
    StoreUnavailableException away = new StoreUnavailableException("no answer", null);

    assertThat(catchThrowable(() -> attempt(1_000_000, away))).isSameAs(away);
  }

  @Test
  void whatTheWorkflowTriesOnceOnlyStaysWhatItIs() {
    ArtifactExistsException other = new ArtifactExistsException("a/b");

    assertThat(catchThrowable(() -> attempt(1, other))).isSameAs(other);
  }

  private static void attempt(int number, Throwable failure) {
    Persistence.of(
        () -> number,
        () -> {
          if (failure instanceof Error error) {
            throw error;
          }
          throw (RuntimeException) failure;
        });
  }
}
