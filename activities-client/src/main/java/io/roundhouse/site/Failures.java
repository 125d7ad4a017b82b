package io.roundhouse.site;

import io.roundhouse.data.DataException;
import io.roundhouse.program.ProgramException;
import io.roundhouse.storage.StorageException;
import io.roundhouse.training.DivergedException;
import io.roundhouse.training.EngineUnavailableException;
import io.roundhouse.training.ModelMismatchException;
import io.roundhouse.training.UnknownEngineException;
import io.temporal.client.ActivityCompletionException;
import io.temporal.failure.ApplicationFailure;
import java.util.function.Supplier;

/** Exceptions as the failures that workflows and people see, by type. */
final class Failures {
  static final String DATA_UNKNOWN = "DataUnknown";
  static final String DATA_INVALID = "DataInvalid";
  static final String MODEL_MISMATCH = "ModelMismatch";
  static final String MODEL_MISSING = "ModelMissing";
  static final String TRAINER_UNKNOWN = "TrainerUnknown";
  static final String TRAINER_UNAVAILABLE = "TrainerUnavailable";
  static final String TRAINING_FAILED = "TrainingFailed";
  static final String EVALUATION_FAILED = "EvaluationFailed";
  static final String WRONG_SITE = "WrongSite";
  static final String TOO_FEW_ROWS = "TooFewRows";
  static final String PREPARATION_FAILED = "PreparationFailed";
  static final String TRAINING_DIVERGED = "TrainingDiverged";
  static final String POLICY_REFUSED = "PolicyRefused";
  static final String PROGRAM_FAILED = "ProgramFailed";

  private Failures() {}

  /**
   * Does the work; what nobody expected becomes a retryable failure of the given type. An {@link
   * Error} too: Temporal's worker would not report it, and the job wait until the time is over.
   */
  static <T> T named(String unexpected, Supplier<T> work) {
    try {
      return work.get();
    } catch (ApplicationFailure
        | ActivityCompletionException
        | StorageException
        | InterruptedWorkException e) {
      throw e;
    } catch (DataException e) {
      throw ApplicationFailure.newNonRetryableFailureWithCause(e.getMessage(), DATA_INVALID, e);
    } catch (ModelMismatchException e) {
      throw ApplicationFailure.newNonRetryableFailureWithCause(e.getMessage(), MODEL_MISMATCH, e);
    } catch (ProgramException e) {
      throw ApplicationFailure.newBuilder()
          .setMessage(e.getMessage())
          .setType(PROGRAM_FAILED)
          .setNonRetryable(e.isPermanent())
          .setCause(e)
          .build();
    } catch (DivergedException e) {
      throw ApplicationFailure.newNonRetryableFailureWithCause(
          e.getMessage(), TRAINING_DIVERGED, e);
    } catch (UnknownEngineException e) {
      throw ApplicationFailure.newNonRetryableFailureWithCause(e.getMessage(), TRAINER_UNKNOWN, e);
    } catch (EngineUnavailableException e) {
      throw ApplicationFailure.newNonRetryableFailureWithCause(
          e.getMessage(), TRAINER_UNAVAILABLE, e);
    } catch (OutOfMemoryError e) {
      throw ApplicationFailure.newFailureWithCause(
          "out of memory ("
              + e.getMessage()
              + "), perhaps you should give the JVM a larger heap (-Xmx) or use smaller batches",
          unexpected,
          e);
    } catch (RuntimeException | Error e) {
      throw ApplicationFailure.newFailureWithCause(
          e + ", perhaps you should check the model and how it is trained, or read the site's log",
          unexpected,
          e);
    }
  }

  static ApplicationFailure permanent(String type, String message) {
    return ApplicationFailure.newNonRetryableFailure(message, type);
  }
}
