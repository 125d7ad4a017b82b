package io.roundhouse.aggregation;

import static java.util.Objects.requireNonNull;

/**
 * What a kernel is chosen for.
 *
 * @param operation what it mostly does
 * @param updates how many updates a round has
 * @param parameters how many elements the model has
 */
public record Workload(Operation operation, int updates, long parameters) {
  /** What a kernel can do. */
  public enum Operation {
    /** {@link AggregationKernel#addWeighted}. */
    WEIGHTED_SUM,
    /** {@link AggregationKernel#median}. */
    MEDIAN
  }

  public Workload {
    requireNonNull(operation, "operation is null");
    if (updates < 1 || parameters < 0) {
      throw new IllegalArgumentException(
          "not a workload: " + updates + " updates of " + parameters + " parameters");
    }
  }
}
