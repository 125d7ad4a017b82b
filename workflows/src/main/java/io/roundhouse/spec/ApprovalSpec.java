package io.roundhouse.spec;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * Whether a person looks at the model before the next round.
 *
 * @param every after every so many rounds; 0 for never
 * @param within how long the job waits for it before it fails
 */
public record ApprovalSpec(int every, Duration within) {
  public ApprovalSpec {
    requireNonNull(within, "within is null");
  }

  /** Whether the model of a round must be approved; the last one is the job's result. */
  public boolean isDue(int round, int rounds) {
    return every > 0 && round > 0 && round < rounds && round % every == 0;
  }
}
