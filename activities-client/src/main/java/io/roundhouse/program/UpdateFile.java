package io.roundhouse.program;

import io.roundhouse.domain.Text;
import io.roundhouse.storage.DType;
import io.roundhouse.storage.MalformedSafetensorsException;
import io.roundhouse.storage.SafetensorsFile;
import io.roundhouse.storage.SafetensorsWriter;
import io.roundhouse.storage.TensorSpec;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes of what a program wrote the file that leaves the site: the same weights, the same bytes.
 */
final class UpdateFile {
  private static final int TILE = 1 << 14;

  private UpdateFile() {}

  /**
   * Copies the tensors in the order of the model's, without metadata.
   *
   * @throws ProgramException if the update has other tensors than the model, or values that are not
   *     finite
   */
  static void copy(List<TensorSpec> model, Path update, Path target) {
    if (!Files.isRegularFile(update, LinkOption.NOFOLLOW_LINKS)) {
      throw ProgramException.permanent(
          "the program left no update.safetensors, perhaps it should write its trained weights"
              + " there");
    }
    try (SafetensorsFile after = SafetensorsFile.open(update)) {
      write(model, places(model, after.tensors()), after, target);
    } catch (MalformedSafetensorsException e) {
      throw wrong("cannot be used: " + e.getMessage());
    }
  }

  private static int[] places(List<TensorSpec> wanted, List<TensorSpec> found) {
    Map<String, Integer> byName = new HashMap<>();
    for (int i = 0; i < found.size(); i++) {
      byName.put(found.get(i).name(), i);
    }
    int[] places = new int[wanted.size()];
    for (int i = 0; i < places.length; i++) {
      TensorSpec spec = wanted.get(i);
      Integer place = byName.remove(spec.name());
      if (place == null) {
        throw wrong("has no tensor " + Text.quote(spec.name()));
      }
      if (!found.get(place).equals(spec)) {
        throw wrong(
            "has tensor %s as %s %s, the model has it as %s %s"
                .formatted(
                    Text.quote(spec.name()),
                    found.get(place).dtype(),
                    found.get(place).shape(),
                    spec.dtype(),
                    spec.shape()));
      }
      places[i] = place;
    }
    if (!byName.isEmpty()) {
      throw wrong(
          "has tensor "
              + Text.quote(byName.keySet().iterator().next())
              + ", which is not in the model");
    }
    return places;
  }

  private static void write(
      List<TensorSpec> tensors, int[] places, SafetensorsFile from, Path target) {
    float[] tile = new float[TILE];
    try (SafetensorsWriter to = SafetensorsWriter.create(target, tensors, Map.of())) {
      for (int i = 0; i < places.length; i++) {
        TensorSpec spec = tensors.get(i);
        if (spec.dtype() != DType.F32) {
          throw wrong("has tensor " + Text.quote(spec.name()) + " as F64, not F32");
        }
        for (long element = 0; element < spec.elements(); element += TILE) {
          int count = (int) Math.min(TILE, spec.elements() - element);
          from.read(places[i], element, tile, 0, count);
          requireFinite(spec, element, tile, count);
          to.write(i, element, tile, 0, count);
        }
      }
    }
  }

  private static void requireFinite(TensorSpec spec, long element, float[] tile, int count) {
    for (int i = 0; i < count; i++) {
      if (!Float.isFinite(tile[i])) {
        throw wrong(
            "holds %s in tensor %s at element %d, perhaps the learning rate is too high"
                .formatted(tile[i], Text.quote(spec.name()), element + i));
      }
    }
  }

  private static ProgramException wrong(String what) {
    return ProgramException.permanent("the program's update.safetensors " + what);
  }
}
