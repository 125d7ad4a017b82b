package io.roundhouse.gateway;

import io.netty.buffer.ByteBuf;
import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Digest;
import io.roundhouse.storage.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of uploads that have passed to the store, for an aggregation in the same process that reads
 * each of them once. Old ones make room for new ones; while there is no room, uploads just pass.
 */
final class UploadCopies {
  private static final Logger LOG = LoggerFactory.getLogger(UploadCopies.class);
  private static final int MOST_FILES = 10_000;

  /**
   * Files that nobody has read for so long belong to no round that is about to be aggregated. If
   * younger ones made room, large updates would push out each other before they are read.
   */
  private static final Duration AGE = Duration.ofMinutes(10);

  private final Path folder;
  private final long mostBytes;
  private final LongSupplier nanos;
  private final Map<Artifact, Kept> files = new LinkedHashMap<>();
  private long bytes;
  private long begun;
  private volatile boolean wanted;

  /** A file, and when it was whole. */
  private record Kept(Path file, long since) {}

  /**
   * @param folder for these alone; what another run left in it is removed
   * @param mostBytes of all files, those of running uploads included
   * @param nanos the time, as {@link System#nanoTime}
   */
  UploadCopies(Path folder, long mostBytes, LongSupplier nanos) {
    this.folder = folder;
    this.mostBytes = mostBytes;
    this.nanos = nanos;
    try {
      Files.createDirectories(folder);
      clear();
    } catch (IOException e) {
      throw new GatewayException(
          "the folder "
              + folder
              + " cannot be used ("
              + e
              + "), perhaps you should check who owns it",
          e);
    }
  }

  private void clear() throws IOException {
    List<Path> left;
    try (Stream<Path> found = Files.list(folder)) {
      left = found.toList();
    }
    for (Path file : left) {
      Files.delete(file);
    }
  }

  /** There is somebody who reads them; before that, none is kept. */
  void want() {
    wanted = true;
  }

  /** A copy of an upload that begins; empty if nobody wants it or there is no room for it. */
  Optional<Copy> begin(long length) {
    try {
      return wanted && length <= mostBytes ? open(length) : Optional.empty();
    } catch (IOException e) {
      LOG.warn(
          "an upload is not kept at hand, perhaps you should look after the disk: {}",
          e.toString());
      return Optional.empty();
    }
  }

  private synchronized Optional<Copy> open(long length) throws IOException {
    Iterator<Map.Entry<Artifact, Kept>> oldest = files.entrySet().iterator();
    while (isFullFor(length) && oldest.hasNext()) {
      Map.Entry<Artifact, Kept> next = oldest.next();
      if (nanos.getAsLong() - next.getValue().since < AGE.toNanos()) {
        break;
      }
      oldest.remove();
      discard(next.getValue().file, next.getKey().bytes());
    }
    if (isFullFor(length)) {
      return Optional.empty();
    }
    begun++;
    Path file = folder.resolve(Long.toString(begun));
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    bytes += length;
    return Optional.of(new Copy(file, channel, length));
  }

  private boolean isFullFor(long length) {
    return bytes + length > mostBytes || files.size() >= MOST_FILES;
  }

  /** Moves a file to its reader; false if there is none, or it cannot be moved. */
  boolean take(Artifact artifact, Path target) {
    Kept kept;
    synchronized (this) {
      kept = files.remove(artifact);
    }
    if (kept == null) {
      return false;
    }
    try {
      Files.deleteIfExists(target);
      Files.createLink(target, kept.file);
      return true;
    } catch (IOException | UnsupportedOperationException e) {
      LOG.debug("{} is fetched from the store instead", artifact.path(), e);
      return false;
    } finally {
      discard(kept.file, artifact.bytes());
    }
  }

  private synchronized void add(Artifact artifact, Path file) {
    Kept before = files.put(artifact, new Kept(file, nanos.getAsLong()));
    if (before != null) {
      discard(before.file, artifact.bytes());
    }
  }

  private synchronized void discard(Path file, long length) {
    bytes -= length;
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("a copy of an upload could not be removed: {}", e.toString());
    }
  }

  /** The copy of one upload, written while that passes through. */
  final class Copy {
    private final Path file;
    private final FileChannel channel;
    private final long length;
    private final MessageDigest digest = Sha256.start();
    private long position;
    private boolean over;

    private Copy(Path file, FileChannel channel, long length) {
      this.file = file;
      this.channel = channel;
      this.length = length;
    }

    /** Writes what comes next, which is left as it is. */
    void write(ByteBuf content) {
      if (over) {
        return;
      }
      try {
        for (ByteBuffer piece : content.nioBuffers()) {
          digest.update(piece.duplicate());
          while (piece.hasRemaining()) {
            position += channel.write(piece, position);
          }
        }
      } catch (IOException e) {
        LOG.warn(
            "an upload is not kept at hand, perhaps you should look after the disk: {}",
            e.toString());
        drop();
      }
    }

    /** The store has all of it under this path. */
    void keep(String path) {
      if (over || position != length || !close()) {
        drop();
        return;
      }
      over = true;
      add(new Artifact(path, Digest.of(digest.digest()), length), file);
    }

    /** The store has not got it; does nothing after {@link #keep}. */
    void drop() {
      if (!over) {
        over = true;
        close();
        discard(file, length);
      }
    }

    private boolean close() {
      try {
        channel.close();
        return true;
      } catch (IOException e) {
        return false;
      }
    }
  }
}
