package io.roundhouse.storage;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Copies the values of F32 tensors and nothing else of their file: the same tensors give the same
 * bytes, whatever their order and metadata were. Memory does not grow with the model.
 */
public final class TensorCopy {
  private static final int TILE = 1 << 14;

  private TensorCopy() {}

  /** Looks at values before they are written. */
  public interface Inspection {
    /**
     * Looks at a run of a tensor.
     *
     * @param element index of the first one
     * @param values {@code count} of them, from index 0
     */
    void look(TensorSpec tensor, long element, float[] values, int count);
  }

  /**
   * Writes a file.
   *
   * @param model the tensors of {@code from}, in the order in which they are to be
   * @throws IllegalArgumentException if the file has other tensors, or one that is not F32
   */
  public static void write(
      SafetensorsFile from, List<TensorSpec> model, Path target, Inspection inspection) {
    int[] places = TensorPlaces.of(from.tensors(), model);
    float[] tile = new float[TILE];
    try (SafetensorsWriter to = SafetensorsWriter.create(target, model, Map.of())) {
      for (int i = 0; i < places.length; i++) {
        long elements = model.get(i).elements();
        for (long element = 0; element < elements; element += TILE) {
          int count = (int) Math.min(TILE, elements - element);
          from.read(places[i], element, tile, 0, count);
          inspection.look(model.get(i), element, tile, count);
          to.write(i, element, tile, 0, count);
        }
      }
    }
  }
}
