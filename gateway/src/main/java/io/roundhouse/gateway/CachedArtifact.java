package io.roundhouse.gateway;

import io.netty.buffer.ByteBuf;
import io.roundhouse.domain.Artifact;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An artifact in a local file that can be read while it is still being written. */
final class CachedArtifact {
  private final Artifact artifact;
  private final Path path;
  private final FileChannel file;
  private final List<Runnable> waiting = new ArrayList<>();
  private long available;
  private boolean whole;
  private @Nullable Exception failure;
  private int users = 1;

  /**
   * @param file closed with the last user; the one who makes it is the first
   */
  CachedArtifact(Artifact artifact, Path path, FileChannel file) {
    this.artifact = artifact;
    this.path = path;
    this.file = file;
  }

  Artifact artifact() {
    return artifact;
  }

  Path path() {
    return path;
  }

  /** How many of its first bytes can be read. */
  synchronized long available() {
    return available;
  }

  /** Whether all is there, and is what it should be. */
  synchronized boolean isWhole() {
    return whole;
  }

  /** Why no more will come; null while there is hope. */
  synchronized @Nullable Exception failure() {
    return failure;
  }

  /**
   * Calls back once when more than {@code seen} bytes are there, or it is whole or has failed;
   * perhaps at once.
   */
  void whenMore(long seen, Runnable then) {
    synchronized (this) {
      if (available <= seen && !whole && failure == null) {
        waiting.add(then);
        return;
      }
    }
    then.run();
  }

  /** Appends bytes from {@code position} to a buffer that has room for them. */
  void read(long position, ByteBuf target, int bytes) throws IOException {
    int left = bytes;
    while (left > 0) {
      int n = target.writeBytes(file, position + bytes - left, left);
      if (n <= 0) {
        throw new IOException("the cached file became shorter");
      }
      left -= n;
    }
  }

  /** One more user; false if it is closed already. */
  synchronized boolean use() {
    if (users == 0) {
      return false;
    }
    users++;
    return true;
  }

  /** One user less. */
  void release() {
    synchronized (this) {
      users--;
      if (users > 0) {
        return;
      }
    }
    try {
      file.close();
    } catch (IOException e) {
      // Nothing depends on it: the file was only read.
    }
  }

  /** Writes it from its beginning; what was written before by another try is the same. */
  OutputStream writer() {
    return new Writer();
  }

  /** All bytes are in the file, and are what they should be. */
  void complete() {
    advance(artifact.bytes());
    end(null);
  }

  void fail(Exception cause) {
    end(cause);
  }

  private void end(@Nullable Exception cause) {
    List<Runnable> told;
    synchronized (this) {
      whole = cause == null;
      failure = cause;
      told = List.copyOf(waiting);
      waiting.clear();
    }
    told.forEach(Runnable::run);
  }

  private void advance(long position) {
    List<Runnable> told;
    synchronized (this) {
      if (position <= available) {
        return;
      }
      available = position;
      told = List.copyOf(waiting);
      waiting.clear();
    }
    told.forEach(Runnable::run);
  }

  private final class Writer extends OutputStream {
    private long position;

    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
      while (buffer.hasRemaining()) {
        position += file.write(buffer, position);
      }
      advance(position);
    }
  }
}
