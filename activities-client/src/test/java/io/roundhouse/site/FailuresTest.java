package io.roundhouse.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.roundhouse.training.EngineUnavailableException;
import io.temporal.failure.ApplicationFailure;
import org.junit.jupiter.api.Test;

class FailuresTest {
  /** Temporal's worker reports exceptions only: of an error, nobody would hear. */
  @Test
  void anErrorIsReportedAndMayBeTriedAgain() {
    NoClassDefFoundError error = new NoClassDefFoundError("a/B");
    ApplicationFailure failure = failure(error);

    assertThat(failure.getType()).isEqualTo(Failures.TRAINING_FAILED);
    assertThat(failure.isNonRetryable()).isFalse();
    assertThat(failure).hasCause(error).hasMessageContaining("a/B, perhaps you should");
  }

  @Test
  void aTrainerThatCannotRunHereIsNotTriedAgain() {
    ApplicationFailure failure = failure(new EngineUnavailableException("no library"));

    assertThat(failure.getType()).isEqualTo(Failures.TRAINER_UNAVAILABLE);
    assertThat(failure.isNonRetryable()).isTrue();
    assertThat(failure.getOriginalMessage()).isEqualTo("no library");
  }

  private static ApplicationFailure failure(Throwable thrown) {
    return catchThrowableOfType(
        ApplicationFailure.class,
        () ->
            Failures.named(
                Failures.TRAINING_FAILED,
                () -> {
                  if (thrown instanceof Error error) {
                    throw error;
                  }
                  throw (RuntimeException) thrown;
                }));
  }
}
