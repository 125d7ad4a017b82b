package io.roundhouse.aggregation;

import io.roundhouse.domain.Text;
import io.roundhouse.spec.UpdatesSpec;
import io.roundhouse.storage.MalformedSafetensorsException;
import io.roundhouse.storage.SafetensorsFile;
import io.roundhouse.storage.TensorPlaces;
import io.roundhouse.storage.TensorSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Compares updates with the global model that they started from: tensors of the same names, shapes
 * and type F32, finite values, a weight that can be, and the limits of the job's spec. The model is
 * read once for all of them; memory does not grow with it.
 */
public final class UpdateCheck {
  /** Most reasons that are collected. */
  public static final int MOST_REASONS = 5;

  private final SafetensorsFile model;
  private final Received received;
  private final SafetensorsFile update;
  private final UpdatesSpec limits;
  private final List<String> reasons = new ArrayList<>();
  private final float[] after = new float[SquaredDistance.TILE];
  private final float[] largest = new float[SquaredDistance.TILE];
  private final List<Float> largestValues = new ArrayList<>();
  private final List<String> notFinite = new ArrayList<>();
  private SquaredDistance distance = new SquaredDistance();
  private double square;
  private int[] places = {};

  /**
   * What a site sent.
   *
   * @param file the update
   * @param examples its weight
   */
  public record Received(Path file, long examples) {}

  private UpdateCheck(
      SafetensorsFile model, Received received, SafetensorsFile update, UpdatesSpec limits) {
    this.model = model;
    this.received = received;
    this.update = update;
    this.limits = limits;
  }

  /**
   * Looks at updates.
   *
   * @param model the global model that they started from
   * @param updates all their files are open at the same time
   * @param limits what is refused besides; {@code outlier} is {@link DistanceLimit}'s
   * @return in the order of the updates
   */
  public static List<CheckedUpdate> check(Path model, List<Received> updates, UpdatesSpec limits) {
    List<Supplier<CheckedUpdate>> results = new ArrayList<>();
    List<UpdateCheck> open = new ArrayList<>();
    try (SafetensorsFile before = SafetensorsFile.open(model)) {
      for (Received one : updates) {
        try {
          SafetensorsFile file = SafetensorsFile.open(one.file);
          UpdateCheck check = new UpdateCheck(before, one, file, limits);
          open.add(check);
          results.add(check::result);
        } catch (MalformedSafetensorsException e) {
          String reason = String.valueOf(e.getMessage());
          results.add(() -> new CheckedUpdate.Refused(List.of(reason)));
        }
      }
      scan(before, open.stream().filter(UpdateCheck::isAlike).toList());
    } finally {
      open.forEach(check -> check.update.close());
    }
    return results.stream().map(Supplier::get).toList();
  }

  /** Whether its head is that of an update of the model; else there are reasons to refuse it. */
  private boolean isAlike() {
    long examples = received.examples;
    if (examples < limits.minExamples() || examples > limits.maxExamples()) {
      refuse(
          "it counts "
              + examples
              + " examples, not "
              + limits.minExamples()
              + " to "
              + limits.maxExamples());
    }
    List<String> differences = TensorPlaces.differences(update.tensors(), model.tensors());
    differences.forEach(this::refuse);
    if (differences.isEmpty()) {
      places = TensorPlaces.of(update.tensors(), model.tensors());
    }
    return reasons.isEmpty();
  }

  /** Reads all of the model, and beside it all of the updates, tile by tile. */
  private static void scan(SafetensorsFile model, List<UpdateCheck> updates) {
    float[] before = new float[SquaredDistance.TILE];
    for (int i = 0; i < model.tensors().size() && !updates.isEmpty(); i++) {
      int inModel = i;
      TensorSpec tensor = model.tensors().get(i);
      eachTile(
          tensor,
          (element, count) -> {
            model.read(inModel, element, before, 0, count);
            updates.forEach(update -> update.add(inModel, element, before, count));
          });
      updates.forEach(update -> update.endTensor(inModel));
    }
  }

  private void add(int inModel, long element, float[] before, int count) {
    read(inModel, element, count);
    keepLargest(count);
    distance.add(before, after, count);
  }

  private void read(int inModel, long element, int count) {
    update.read(places[inModel], element, after, 0, count);
  }

  private void endTensor(int inModel) {
    TensorSpec tensor = model.tensors().get(inModel);
    float all = 0;
    for (float one : largest) {
      all = Math.max(all, one);
    }
    if (Float.isFinite(all)) {
      double sum = distance.sum();
      square += Double.isFinite(sum) ? sum : exactly(inModel);
      checkValue(tensor, all);
    } else {
      notFinite.add(tensor(tensor) + " holds " + firstNotFinite(inModel));
    }
    largestValues.add(all);
    Arrays.fill(largest, 0);
    distance = new SquaredDistance();
  }

  private CheckedUpdate result() {
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
        ? new CheckedUpdate.Accepted(
            received.file, received.examples, largestValues, Math.sqrt(square))
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

  private void refuse(String reason) {
    if (reasons.size() < MOST_REASONS) {
      reasons.add(reason);
    }
  }

  private static String tensor(TensorSpec tensor) {
    return "tensor " + Text.quote(tensor.name());
  }

  /** What is done with a tile of a tensor. */
  private interface TileWork {
    void accept(long element, int count);
  }

  private static void eachTile(TensorSpec tensor, TileWork work) {
    for (long element = 0; element < tensor.elements(); element += SquaredDistance.TILE) {
      work.accept(element, (int) Math.min(SquaredDistance.TILE, tensor.elements() - element));
    }
  }

  /** One maximum for each place in a tile: the compiler vectorises that, and keeps a NaN. */
  private void keepLargest(int count) {
    for (int i = 0; i < count; i++) {
      largest[i] = Math.max(largest[i], Math.abs(after[i]));
    }
  }

  private String firstNotFinite(int inModel) {
    List<String> found = new ArrayList<>();
    eachTile(
        model.tensors().get(inModel),
        (element, count) -> {
          read(inModel, element, count);
          for (int i = 0; i < count && found.isEmpty(); i++) {
            if (!Float.isFinite(after[i])) {
              found.add(after[i] + " at element " + (element + i));
            }
          }
        });
    return found.get(0);
  }

  /** The squared distance where squares are too large for floats. */
  private double exactly(int inModel) {
    float[] before = new float[SquaredDistance.TILE];
    double[] sum = {0};
    eachTile(
        model.tensors().get(inModel),
        (element, count) -> {
          model.read(inModel, element, before, 0, count);
          read(inModel, element, count);
          for (int i = 0; i < count; i++) {
            double difference = (double) after[i] - before[i];
            sum[0] += difference * difference;
          }
        });
    return sum[0];
  }
}
