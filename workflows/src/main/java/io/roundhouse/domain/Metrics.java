package io.roundhouse.domain;

import java.util.Collection;

/**
 * How a model does on some examples.
 *
 * @param accuracy share of examples classified rightly, 0 to 1
 * @param loss mean loss per example
 * @param examples how many examples were looked at
 */
public record Metrics(double accuracy, double loss, long examples) {
  public Metrics {
    if (examples < 0) {
      throw new IllegalArgumentException("examples is negative: " + examples);
    }
  }

  /** Mean weighted by examples; zero examples and zero values for an empty collection. */
  public static Metrics mean(Collection<Metrics> parts) {
    long examples = 0;
    double accuracy = 0;
    double loss = 0;
    for (Metrics part : parts) {
      examples += part.examples;
      accuracy += part.accuracy * part.examples;
      loss += part.loss * part.examples;
    }
    return examples == 0
        ? new Metrics(0, 0, 0)
        : new Metrics(accuracy / examples, loss / examples, examples);
  }
}
