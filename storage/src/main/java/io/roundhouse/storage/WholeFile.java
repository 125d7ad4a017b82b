package io.roundhouse.storage;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes files that are there whole or not at all. What a killed process has begun is removed by
 * {@link PrivateFolders#removeLeft}.
 */
final class WholeFile {
  private WholeFile() {}

  /** Writes what a file will hold. */
  interface Writing {
    void to(OutputStream out) throws IOException;
  }

  static void write(Path target, Writing writing) throws IOException {
    Path folder = requireNonNull(target.toAbsolutePath().getParent(), "target is a root");
    Path partial = Files.createTempFile(folder, "." + PrivateFolders.owner(), ".part");
    try {
      // Truncated once, even while empty, a file is written to the disk by ext4 when it is closed.
      try (OutputStream out = Files.newOutputStream(partial, StandardOpenOption.WRITE)) {
        writing.to(out);
      }
      Files.move(
          partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(partial);
    }
  }
}
