package io.roundhouse.aggregation;

import io.roundhouse.domain.Text;
import io.roundhouse.spec.UpdatesSpec;
import io.roundhouse.storage.DType;
import io.roundhouse.storage.MalformedSafetensorsException;
import io.roundhouse.storage.SafetensorsFile;
import io.roundhouse.storage.TensorSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares one update with the global model that it started from: tensors of the same names, shapes
 * and type F32, finite values, a weight that can be, and the limits of the job's spec. Memory does
 * not grow with the model.
 */
public final class UpdateCheck {
  /** Most reasons that are collected. */
  public static final int MOST_REASONS = 5;

  private final SafetensorsFile model;
  private final SafetensorsFile update;
  private final UpdatesSpec limits;
  private final List<String> reasons = new ArrayList<>();
  private final float[] before = new float[SquaredDistance.TILE];
  private final float[] after = new float[SquaredDistance.TILE];
  private final float[] largest = new float[SquaredDistance.TILE];

  private UpdateCheck(SafetensorsFile model, SafetensorsFile update, UpdatesSpec limits) {
    this.model = model;
    this.update = update;
    this.limits = limits;
  }

  /**
   * Looks at one update.
   *
   * @param model the global model that it started from
   * @param update what the site sent
   * @param examples its weight
   * @param limits what is refused besides; {@code outlier} is {@link DistanceLimit}'s
   */
  public static CheckedUpdate check(Path model, Path update, long examples, UpdatesSpec limits) {
    try (SafetensorsFile before = SafetensorsFile.open(model)) {
      try (SafetensorsFile after = SafetensorsFile.open(update)) {
        return new UpdateCheck(before, after, limits).check(update, examples);
      } catch (MalformedSafetensorsException e) {
        return new CheckedUpdate.Refused(List.of(String.valueOf(e.getMessage())));
      }
    }
  }

  private CheckedUpdate check(Path file, long examples) {
    if (examples < limits.minExamples() || examples > limits.maxExamples()) {
      refuse(
          "it counts "
              + examples
              + " examples, not "
              + limits.minExamples()
              + " to "
              + limits.maxExamples());
    }
    Map<String, Integer> places = TensorPlaces.of(update);
    compareTensors(places);
    if (!reasons.isEmpty()) {
      return new CheckedUpdate.Refused(reasons);
    }
    List<Float> largestValues = new ArrayList<>();
    List<String> notFinite = new ArrayList<>();
    double square = 0;
    for (int i = 0; i < model.tensors().size(); i++) {
      TensorSpec tensor = model.tensors().get(i);
      Scan scan = scan(tensor, i, TensorPlaces.require(places, tensor.name()));
      largestValues.add(scan.largest);
      square += scan.square;
      if (Float.isFinite(scan.largest)) {
        checkValue(tensor, scan.largest);
      } else {
        notFinite.add(tensor(tensor) + " holds " + scan.notFinite);
      }
    }
    if (!notFinite.isEmpty()) {
      int more = notFinite.size() - 1;
      refuse(
          notFinite.get(0)
              + (more == 0
                  ? ""
                  : " (and " + more + (more == 1 ? " tensor more)" : " tensors more)"))
              + ", perhaps you should lower the learningRate or look at the site's rows");
    }
    checkDistance(Math.sqrt(square));
    return reasons.isEmpty()
        ? new CheckedUpdate.Accepted(file, examples, largestValues, Math.sqrt(square))
        : new CheckedUpdate.Refused(reasons);
  }

  private void checkValue(TensorSpec tensor, float largest) {
    if (limits.maxValue().isPresent() && largest > limits.maxValue().get()) {
      refuse(
          tensor(tensor)
              + " holds a value of size "
              + largest
              + ", more than the job's maxValue of "
              + limits.maxValue().get()
              + ", perhaps you should lower the learningRate");
    }
  }

  private void checkDistance(double distance) {
    if (limits.maxNorm().isPresent() && distance > limits.maxNorm().get()) {
      refuse(
          "it is "
              + DistanceLimit.text(distance)
              + " away from the global model that it started from, more than the job's maxNorm of "
              + limits.maxNorm().get()
              + ", perhaps you should lower the learningRate or look at the site's rows");
    }
  }

  private void compareTensors(Map<String, Integer> places) {
    Set<String> known = new HashSet<>();
    for (TensorSpec expected : model.tensors()) {
      known.add(expected.name());
      Integer place = places.get(expected.name());
      if (place == null) {
        refuse(tensor(expected) + " is missing");
      } else {
        compare(expected, update.tensors().get(place));
      }
    }
    for (TensorSpec extra : update.tensors()) {
      if (!known.contains(extra.name())) {
        refuse(
            tensor(extra)
                + " is not in the global model"
                + Text.nearest(extra.name(), known)
                    .map(near -> ", perhaps you should name it " + Text.quote(near))
                    .orElse(""));
      }
    }
  }

  private void compare(TensorSpec expected, TensorSpec found) {
    if (found.dtype() != DType.F32 || expected.dtype() != DType.F32) {
      refuse(
          tensor(found)
              + " is "
              + found.dtype()
              + ", the global model's is "
              + expected.dtype()
              + ", perhaps you should send F32");
    } else if (!found.shape().equals(expected.shape())) {
      refuse(
          tensor(found)
              + " has shape "
              + found.shape()
              + ", the global model has "
              + expected.shape());
    }
  }

  private void refuse(String reason) {
    if (reasons.size() < MOST_REASONS) {
      reasons.add(reason);
    }
  }

  private static String tensor(TensorSpec tensor) {
    return "tensor " + Text.quote(tensor.name());
  }

  /**
   * What one pass over a tensor finds: the largest value, the squared distance, and where a value
   * is not finite.
   */
  private record Scan(float largest, double square, String notFinite) {}

  private Scan scan(TensorSpec tensor, int inModel, int inUpdate) {
    Arrays.fill(largest, 0);
    SquaredDistance square = new SquaredDistance();
    eachTile(
        tensor,
        inModel,
        inUpdate,
        (element, count) -> {
          keepLargest(count);
          square.add(before, after, count);
        });
    float all = 0;
    for (float one : largest) {
      all = Math.max(all, one);
    }
    if (!Float.isFinite(all)) {
      return new Scan(Float.NaN, 0, firstNotFinite(tensor, inModel, inUpdate));
    }
    double sum = square.sum();
    return new Scan(all, Double.isFinite(sum) ? sum : exactly(tensor, inModel, inUpdate), "");
  }

  /** What is done with a tile of the model and of the update. */
  private interface TileWork {
    void accept(long element, int count);
  }

  private void eachTile(TensorSpec tensor, int inModel, int inUpdate, TileWork work) {
    for (long element = 0; element < tensor.elements(); element += SquaredDistance.TILE) {
      int count = (int) Math.min(SquaredDistance.TILE, tensor.elements() - element);
      model.read(inModel, element, before, 0, count);
      update.read(inUpdate, element, after, 0, count);
      work.accept(element, count);
    }
  }

  /** One maximum for each place in a tile: the compiler vectorises that, and keeps a NaN. */
  private void keepLargest(int count) {
    for (int i = 0; i < count; i++) {
      largest[i] = Math.max(largest[i], Math.abs(after[i]));
    }
  }

  private String firstNotFinite(TensorSpec tensor, int inModel, int inUpdate) {
    List<String> found = new ArrayList<>();
    eachTile(
        tensor,
        inModel,
        inUpdate,
        (element, count) -> {
          for (int i = 0; i < count && found.isEmpty(); i++) {
            if (!Float.isFinite(after[i])) {
              found.add(after[i] + " at element " + (element + i));
            }
          }
        });
    return found.get(0);
  }

  /** The squared distance where squares are too large for floats. */
  private double exactly(TensorSpec tensor, int inModel, int inUpdate) {
    double[] sum = {0};
    eachTile(
        tensor,
        inModel,
        inUpdate,
        (element, count) -> {
          for (int i = 0; i < count; i++) {
            double difference = (double) after[i] - before[i];
            sum[0] += difference * difference;
          }
        });
    return sum[0];
  }
}
