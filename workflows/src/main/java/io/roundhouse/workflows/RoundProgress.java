package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

/**
 * How far a running round is.
 *
 * @param round its number
 * @param phase {@code training}, {@code training (again)}, {@code aggregating}, {@code evaluating}
 *     or {@code waiting for late updates}
 * @param selected sites asked
 * @param answered sites that have answered in this phase
 * @param excluded sites that will not
 */
public record RoundProgress(int round, String phase, int selected, int answered, int excluded) {
  public RoundProgress {
    requireNonNull(phase, "phase is null");
  }
}
