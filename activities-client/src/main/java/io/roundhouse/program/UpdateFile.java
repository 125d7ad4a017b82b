package io.roundhouse.program;

import io.roundhouse.domain.Text;
import io.roundhouse.storage.MalformedSafetensorsException;
import io.roundhouse.storage.SafetensorsFile;
import io.roundhouse.storage.TensorCopy;
import io.roundhouse.storage.TensorPlaces;
import io.roundhouse.storage.TensorSpec;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes of what a program wrote the file that leaves the site: the same weights, the same bytes.
 */
final class UpdateFile {
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
      List<String> differences = TensorPlaces.differences(after.tensors(), model);
      if (!differences.isEmpty()) {
        throw wrong(
            "does not fit the model: "
                + String.join("; ", differences)
                + ", perhaps it should hold each tensor of the model, by its name and shape");
      }
      TensorCopy.write(after, model, target, UpdateFile::requireFinite);
    } catch (MalformedSafetensorsException e) {
      throw wrong("cannot be used: " + e.getMessage());
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
