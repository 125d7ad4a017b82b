package io.roundhouse.spec;

import static java.util.Objects.requireNonNull;

/**
 * How the global model is judged.
 *
 * @param federated whether sites evaluate it on the rows they hold out
 * @param central whether the server evaluates it on rows of its own
 * @param every judge every so many rounds; the first and the last always
 * @param metric what makes one model better than another
 */
public record EvaluationSpec(boolean federated, boolean central, int every, Metric metric) {
  /** What makes one model better than another. */
  public enum Metric {
    /** Higher is better. */
    ACCURACY,
    /** Lower is better. */
    LOSS
  }

  public EvaluationSpec {
    requireNonNull(metric, "metric is null");
  }
}
