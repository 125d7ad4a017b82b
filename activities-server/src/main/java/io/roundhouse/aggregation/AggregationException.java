package io.roundhouse.aggregation;

/** Updates that cannot be aggregated, however often it is tried. */
public final class AggregationException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public AggregationException(String message) {
    super(message);
  }
}
