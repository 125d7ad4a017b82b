package io.roundhouse.site;

import static java.util.Objects.requireNonNull;

import io.roundhouse.storage.SafetensorsFile;
import io.roundhouse.storage.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A folder for files that live as long as an activity. */
final class WorkFolder {
  private final Path folder;

  /**
   * @param folder made if absent
   */
  WorkFolder(Path folder) {
    this.folder = requireNonNull(folder, "folder is null");
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the work folder " + folder + " cannot be made, perhaps you should set another", e);
    }
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  /**
   * Reads a model from the bytes of a safetensors file.
   *
   * @throws io.roundhouse.storage.MalformedSafetensorsException if they are something else
   */
  List<Tensor> parse(byte[] safetensors) {
    try {
      Path file = Files.createTempFile(folder, "model", ".safetensors");
      try {
        Files.write(file, safetensors);
        try (SafetensorsFile model = SafetensorsFile.open(file)) {
          return model.readAll();
        }
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the work folder " + folder + " cannot be used, perhaps you should check the disk", e);
    }
  }
}
