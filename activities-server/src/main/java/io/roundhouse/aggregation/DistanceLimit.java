package io.roundhouse.aggregation;

import io.roundhouse.spec.UpdatesSpec;
import io.roundhouse.storage.SafetensorsFile;
import io.roundhouse.storage.TensorSpec;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * How far an update of a round may be from the global model that it started from, as a multiple of
 * what is usual: an update that is a thousand times as large as it should be is refused although
 * nothing is wrong with it otherwise.
 *
 * @param times the multiple; 0 for no limit
 * @param norm Euclidean norm of the global model
 * @param median the lower median of the distances of the round's updates
 */
public record DistanceLimit(double times, double norm, double median) {
  private static final int TILE = 1 << 14;

  /**
   * The limit in a round.
   *
   * @param model the global model
   * @param updates those that are good otherwise
   */
  public static DistanceLimit of(
      Path model, Collection<CheckedUpdate.Accepted> updates, UpdatesSpec limits) {
    if (limits.outlier() == 0 || updates.isEmpty()) {
      return new DistanceLimit(0, 0, 0);
    }
    List<Double> distances =
        updates.stream().map(CheckedUpdate.Accepted::distance).sorted().toList();
    return new DistanceLimit(
        limits.outlier(), norm(model), distances.get((distances.size() - 1) / 2));
  }

  /** The update, or why it is refused. With nothing to compare it to, it is not. */
  public CheckedUpdate check(CheckedUpdate.Accepted update) {
    double usual = Math.max(norm, median);
    if (times == 0 || usual == 0 || update.distance() <= times * usual) {
      return update;
    }
    return new CheckedUpdate.Refused(
        List.of(
            "it is "
                + text(update.distance())
                + " away from the global model that it started from, more than "
                + times
                + " times (the job's outlier) the "
                + (norm >= median ? "norm of that model, " : "median of the round's updates, ")
                + text(usual)
                + ", perhaps you should look at the site's rows and its learningRate"));
  }

  /** A distance with four digits. */
  static String text(double distance) {
    return String.format(Locale.ROOT, "%.4g", distance);
  }

  private static double norm(Path model) {
    double square = 0;
    float[] values = new float[TILE];
    try (SafetensorsFile file = SafetensorsFile.open(model)) {
      for (int i = 0; i < file.tensors().size(); i++) {
        TensorSpec tensor = file.tensors().get(i);
        for (long element = 0; element < tensor.elements(); element += TILE) {
          int count = (int) Math.min(TILE, tensor.elements() - element);
          file.read(i, element, values, 0, count);
          for (int n = 0; n < count; n++) {
            square += (double) values[n] * values[n];
          }
        }
      }
    }
    return Math.sqrt(square);
  }
}
