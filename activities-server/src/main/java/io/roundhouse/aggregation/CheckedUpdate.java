package io.roundhouse.aggregation;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;

/** What looking at an update gave. */
public sealed interface CheckedUpdate {
  /**
   * An update that can be aggregated.
   *
   * @param file its tensors
   * @param weight its examples, less if it is late; {@link ExactGrid#SMALLEST_WEIGHT} to {@link
   *     ExactGrid#LARGEST_WEIGHT}
   * @param largest the largest absolute value of each tensor, in the global model's order
   * @param distance its Euclidean distance from the global model that it started from
   */
  record Accepted(Path file, double weight, List<Float> largest, double distance)
      implements CheckedUpdate {
    public Accepted {
      requireNonNull(file, "file is null");
      largest = List.copyOf(largest);
    }

    /** The same update with only a part of its weight. */
    public Accepted worth(double factor) {
      double less = Math.max(ExactGrid.SMALLEST_WEIGHT, weight * factor);
      return new Accepted(file, less, largest, distance);
    }
  }

  /**
   * An update that cannot.
   *
   * @param reasons why, one to {@link UpdateCheck#MOST_REASONS}
   */
  record Refused(List<String> reasons) implements CheckedUpdate {
    public Refused {
      reasons = List.copyOf(reasons);
    }

    /** All reasons in one line. */
    public String reason() {
      return String.join("; ", reasons);
    }
  }
}
