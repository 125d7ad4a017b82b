package io.roundhouse.aggregation;

import io.roundhouse.domain.Text;
import io.roundhouse.storage.SafetensorsFile;
import io.roundhouse.storage.SafetensorsWriter;
import io.roundhouse.storage.TensorPlaces;
import io.roundhouse.storage.TensorSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Moves a late update onto the present global model: what a site learnt is the difference from the
 * model that it started from, and this difference is what it gives (FedBuff, Nguyen et al. 2022,
 * arXiv 2106.06639). Each value is {@code model + (update - base)} in doubles, rounded once. Memory
 * does not grow with the model.
 */
public final class LateMove {
  private static final int TILE = 1 << 14;

  private LateMove() {}

  /**
   * Moves an update.
   *
   * @param model the present global model
   * @param base the global model that the update started from
   * @param update that fits its base
   * @param moved the file to write
   * @return the moved update, with its weight and its distance from its base; or why it cannot be
   */
  public static CheckedUpdate move(
      Path model, Path base, CheckedUpdate.Accepted update, Path moved) {
    try (SafetensorsFile now = SafetensorsFile.open(model);
        SafetensorsFile before = SafetensorsFile.open(base);
        SafetensorsFile after = SafetensorsFile.open(update.file())) {
      if (!new HashSet<>(now.tensors()).equals(new HashSet<>(before.tensors()))) {
        return refused("the model that it started from has other tensors than the global model");
      }
      try (SafetensorsWriter out = SafetensorsWriter.create(moved, now.tensors(), Map.of())) {
        int[] inBase = TensorPlaces.of(before.tensors(), now.tensors());
        int[] inUpdate = TensorPlaces.of(after.tensors(), now.tensors());
        List<Float> largest = new ArrayList<>();
        for (int i = 0; i < now.tensors().size(); i++) {
          TensorSpec tensor = now.tensors().get(i);
          float found = move(now, i, before, inBase[i], after, inUpdate[i], out);
          if (!Float.isFinite(found)) {
            return refused(
                "on the present global model, tensor " + Text.quote(tensor.name()) + " overflows");
          }
          largest.add(found);
        }
        return new CheckedUpdate.Accepted(moved, update.weight(), largest, update.distance());
      }
    }
  }

  /** Moves one tensor; the largest absolute value in it. */
  private static float move(
      SafetensorsFile now,
      int tensor,
      SafetensorsFile before,
      int inBase,
      SafetensorsFile after,
      int inUpdate,
      SafetensorsWriter out) {
    long elements = now.tensors().get(tensor).elements();
    float[] model = new float[(int) Math.min(TILE, elements)];
    float[] base = new float[model.length];
    float[] update = new float[model.length];
    float largest = 0;
    for (long element = 0; element < elements; element += TILE) {
      int count = (int) Math.min(TILE, elements - element);
      now.read(tensor, element, model, 0, count);
      before.read(inBase, element, base, 0, count);
      after.read(inUpdate, element, update, 0, count);
      for (int i = 0; i < count; i++) {
        update[i] = (float) (model[i] + ((double) update[i] - base[i]));
        largest = Math.max(largest, Math.abs(update[i]));
      }
      out.write(tensor, element, update, 0, count);
    }
    return largest;
  }

  private static CheckedUpdate refused(String reason) {
    return new CheckedUpdate.Refused(List.of(reason));
  }
}
