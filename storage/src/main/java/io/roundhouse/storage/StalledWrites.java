package io.roundhouse.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Closes sockets whose other side takes nothing any more. Java's sockets have a limit for reads
 * only, and OkHttp's for writes wakes a thread at every one of them.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the watch ends with the JVM
final class StalledWrites {
  private static final Set<Writer> WRITERS = ConcurrentHashMap.newKeySet();

  private static final ScheduledExecutorService WATCH =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "stalled-writes");
            thread.setDaemon(true);
            return thread;
          });

  static {
    WATCH.scheduleWithFixedDelay(
        () -> WRITERS.forEach(Writer::closeIfStalled), 1, 1, TimeUnit.SECONDS);
  }

  private StalledWrites() {}

  /**
   * A socket's stream, whose writes fail when they have lasted too long.
   *
   * @param longest for one write; it is noticed within a second
   */
  static OutputStream watch(Socket socket, OutputStream out, Duration longest) {
    Writer writer = new Writer(socket, out, longest.toNanos());
    WRITERS.add(writer);
    return writer;
  }

  private static final class Writer extends OutputStream {
    private final Socket socket;
    private final OutputStream out;
    private final long longest;
    private volatile boolean writing;
    private volatile long since;
    private volatile boolean stalled;

    Writer(Socket socket, OutputStream out, long longest) {
      this.socket = socket;
      this.out = out;
      this.longest = longest;
    }

    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      since = System.nanoTime();
      writing = true;
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        throw stalled ? timeout(e) : e;
      } finally {
        writing = false;
      }
    }

    private SocketTimeoutException timeout(IOException cause) {
      SocketTimeoutException timeout =
          new SocketTimeoutException(
              "the other side took nothing for " + TimeUnit.NANOSECONDS.toSeconds(longest) + " s");
      timeout.initCause(cause);
      return timeout;
    }

    void closeIfStalled() {
      if (socket.isClosed()) {
        WRITERS.remove(this);
      } else if (writing && System.nanoTime() - since > longest) {
        stalled = true;
        WRITERS.remove(this);
        try {
          socket.close();
        } catch (IOException e) {
          // The write has failed by now, or the next one will.
        }
      }
    }

    @Override
    public void close() throws IOException {
      WRITERS.remove(this);
      out.close();
    }
  }
}
