package io.roundhouse.cli;

import io.roundhouse.terminal.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Shows that a process is at work in a run's folder; it goes away with the process. */
final class RunLock implements AutoCloseable {
  private static final String NAME = ".lock";

  private final FileChannel channel;

  private RunLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock of a folder, which is made if it is absent.
   *
   * @throws Failure if another process is at work there
   */
  static RunLock take(Path folder) {
    try {
      Files.createDirectories(folder);
      return tryTake(folder)
          .orElseThrow(
              () ->
                  Failure.badInput(
                      "another process is at work in "
                          + folder
                          + ", perhaps you should wait until it ends or choose another --out"));
    } catch (IOException e) {
      throw Failure.badInput(
          "the folder "
              + folder
              + " cannot be used ("
              + e.getMessage()
              + "), perhaps you should choose another --out");
    }
  }

  /** Whether a process is at work in a folder. */
  static boolean isTaken(Path folder) {
    if (!Files.exists(folder.resolve(NAME))) {
      return false;
    }
    try (RunLock lock = tryTake(folder).orElse(null)) {
      return lock == null;
    } catch (IOException e) {
      return true;
    }
  }

  private static Optional<RunLock> tryTake(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(folder.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return Optional.of(new RunLock(channel));
      }
    } catch (OverlappingFileLockException thisProcess) {
      // Taken, like any other.
    }
    channel.close();
    return Optional.empty();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
