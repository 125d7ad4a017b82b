package io.roundhouse.program;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Reads what a program prints, line by line, on a thread of its own. Lines are cut, never whole.
 */
final class OutputLines {
  private static final Logger LOG = LoggerFactory.getLogger(OutputLines.class);
  private static final int LONGEST_LINE = 8_192;
  private static final int CHUNK = 8_192;

  private final InputStream from;
  private final IntConsumer read;
  private final Consumer<String> line;
  private final Runnable ended;
  private final @Nullable Map<String, String> context = MDC.getCopyOfContextMap();
  private final ByteArrayOutputStream current = new ByteArrayOutputStream();
  private final Thread thread;

  /**
   * Starts reading.
   *
   * @param read is told of each number of bytes that came
   * @param line takes the lines, without what could move a terminal's cursor
   * @param ended is told of the end
   */
  OutputLines(
      String name, InputStream from, IntConsumer read, Consumer<String> line, Runnable ended) {
    this.from = from;
    this.read = read;
    this.line = line;
    this.ended = ended;
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  boolean hasEnded() {
    return !thread.isAlive();
  }

  /** Waits for the end, a little. */
  void await() throws InterruptedException {
    TimeUnit.SECONDS.timedJoin(thread, 2);
  }

  private void run() {
    if (context != null) {
      MDC.setContextMap(context);
    }
    try {
      byte[] chunk = new byte[CHUNK];
      for (int n = from.read(chunk); n >= 0; n = from.read(chunk)) {
        read.accept(n);
        for (int i = 0; i < n; i++) {
          take(chunk[i]);
        }
      }
    } catch (IOException e) {
      LOG.debug("the output of a program ends", e);
    } finally {
      if (current.size() > 0) {
        give();
      }
      ended.run();
    }
  }

  private void take(byte one) {
    if (one == '\n') {
      give();
    } else if (current.size() < LONGEST_LINE) {
      current.write(one);
    }
  }

  private void give() {
    String text = current.toString(UTF_8).stripTrailing();
    current.reset();
    if (!text.isEmpty()) {
      line.accept(text.replace("\t", "  ").replaceAll("\\p{Cntrl}", "?"));
    }
  }
}
