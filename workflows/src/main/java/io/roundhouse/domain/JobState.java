package io.roundhouse.domain;

/** Where a job stands. */
public enum JobState {
  /** The spec is recorded and the initial model is made. */
  OPENING,
  /** Rounds are run. */
  RUNNING,
  /** It cannot go on until sites come; it says which. */
  BLOCKED,
  /** An operator paused it. */
  PAUSED,
  /** It waits for a person to approve the last model. */
  AWAITING_APPROVAL,
  /** The final manifest and the report are written. */
  CLOSING,
  /** All rounds done, or stopped early by the spec's own rule. */
  COMPLETED,
  /** It cannot go on; the reason is in its result. */
  FAILED,
  /** An operator ended it; the best model so far is kept. */
  ABORTED;

  /** Whether nothing more will happen. */
  public boolean isFinal() {
    return this == COMPLETED || this == FAILED || this == ABORTED;
  }
}
