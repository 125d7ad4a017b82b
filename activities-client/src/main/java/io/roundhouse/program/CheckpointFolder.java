package io.roundhouse.program;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import io.roundhouse.storage.PrivateFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a program keeps its checkpoint between attempts at the same training.
 *
 * @param folder private; may hold more than the checkpoint, such as one that is half written
 */
record CheckpointFolder(Path folder) {
  private static final String CHECKPOINT = "checkpoint";

  CheckpointFolder {
    requireNonNull(folder, "folder is null");
  }

  /**
   * The folder of a training; what another one left there is removed.
   *
   * @param fingerprint of the training
   */
  static CheckpointFolder of(Path folder, String fingerprint) {
    Path owner = owner(folder);
    try {
      boolean same =
          Files.isRegularFile(owner) && Files.readString(owner, US_ASCII).equals(fingerprint);
      if (!same) {
        PrivateFolders.delete(folder);
        PrivateFolders.make(folder);
        Files.writeString(owner, fingerprint, US_ASCII);
      }
      PrivateFolders.make(folder);
      return new CheckpointFolder(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "checkpoints cannot be kept in " + folder + ", perhaps you should check the disk", e);
    }
  }

  Path file() {
    return folder.resolve(CHECKPOINT);
  }

  /** Removes it: the training is done. */
  void delete() {
    PrivateFolders.delete(folder);
    PrivateFolders.delete(owner(folder));
  }

  private static Path owner(Path folder) {
    return folder.resolveSibling(folder.getFileName() + ".training");
  }
}
