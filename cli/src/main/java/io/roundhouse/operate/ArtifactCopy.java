package io.roundhouse.operate;

import static java.util.Objects.requireNonNull;

import io.roundhouse.storage.ArtifactMissingException;
import io.roundhouse.storage.StoredObject;
import io.roundhouse.terminal.Bar;
import io.roundhouse.terminal.Failure;
import io.roundhouse.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;

/** A copy of artifacts in a folder, of which only what is not there yet is fetched. */
final class ArtifactCopy {
  private final BiConsumer<String, Path> download;
  private final Terminal terminal;

  /**
   * @param gone artifacts that were removed after they had been listed
   * @param bytes what was fetched
   */
  record Copied(int gone, long bytes) {}

  /**
   * @param download fetches the artifact of a path into a file
   * @param terminal shows how far it is
   */
  ArtifactCopy(BiConsumer<String, Path> download, Terminal terminal) {
    this.download = download;
    this.terminal = terminal;
  }

  /**
   * @param prefix of all paths, which the folder stands for
   * @throws IOException if the folder cannot be written
   */
  Copied copy(List<StoredObject> objects, String prefix, Path target) throws IOException {
    long all = objects.stream().mapToLong(StoredObject::bytes).sum();
    long done = 0;
    long bytes = 0;
    int gone = 0;
    for (StoredObject object : objects) {
      Path file = target.resolve(object.path().substring(prefix.length())).normalize();
      if (!file.startsWith(target.normalize())) {
        throw Failure.badInput("an artifact's path leads elsewhere: " + object.path());
      }
      if (!Files.exists(file) || Files.size(file) != object.bytes()) {
        Files.createDirectories(requireNonNull(file.toAbsolutePath().getParent()));
        terminal.status(Bar.gauge(done, all, 20) + " " + object.path());
        try {
          download.accept(object.path(), file);
          bytes += object.bytes();
        } catch (ArtifactMissingException e) {
          gone++;
        }
      }
      done += object.bytes();
    }
    terminal.clear();
    return new Copied(gone, bytes);
  }
}
