package io.roundhouse.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.roundhouse.domain.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decisions as JSON lines in files that only grow. Each line holds the SHA-256 of the line before
 * it, across files and restarts, so that a changed, missing or added line shows.
 */
public final class AuditLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
  private static final int WAITING = 50_000;
  private static final int BATCH = 1000;

  /** Lines about connections of strangers in a second; more are only counted. */
  private static final int STRANGERS = 10;

  private final String gateway;
  private final long fileBytes;
  private final FileChannel lockFile;
  private final BlockingQueue<Pending> queue = new ArrayBlockingQueue<>(WAITING);
  private final AtomicLong dropped = new AtomicLong();
  private final Thread writer;
  private AuditFile file;
  private FileChannel out;
  private AuditChain chain;
  private long strangersAt;
  private int strangers;

  private record Pending(AuditEntry entry, Instant at, CompletableFuture<Void> written) {}

  private static final AuditEntry END = new AuditEntry("", "", "close", "", true, "");

  private AuditLog(String gateway, long fileBytes, Path folder, FileChannel lockFile)
      throws IOException {
    this.gateway = gateway;
    this.fileBytes = fileBytes;
    this.lockFile = lockFile;
    List<AuditFile> files = AuditFile.of(folder, gateway);
    file = files.isEmpty() ? AuditFile.first(folder, gateway) : files.get(files.size() - 1);
    out = FileChannel.open(file.path(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    chain = AuditChain.atEndOf(files);
    cutHalfLine();
    writer = new Thread(this::write, "roundhouse-gateway-audit");
    writer.setDaemon(true);
    writer.start();
  }

  /**
   * Opens a gateway's log, which goes on where it ended.
   *
   * @param folder made if absent; several gateways can share it
   * @param gateway a label, part of the files' names
   * @param fileBytes size from which a new file is begun
   * @throws GatewayException if the folder cannot be written, or another process has the log open
   */
  static AuditLog open(Path folder, String gateway, long fileBytes) {
    try {
      Files.createDirectories(folder);
      FileChannel lockFile =
          FileChannel.open(
              folder.resolve("audit-" + gateway + ".lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      try {
        FileLock lock = lockFile.tryLock();
        if (lock == null) {
          throw new OverlappingFileLockException();
        }
        return new AuditLog(gateway, fileBytes, folder, lockFile);
      } catch (IOException | RuntimeException e) {
        lockFile.close();
        throw e;
      }
    } catch (OverlappingFileLockException e) {
      throw new GatewayException(
          "another gateway writes the audit log of "
              + Text.quote(gateway)
              + " in "
              + folder
              + ", perhaps you should give each gateway a name of its own",
          e);
    } catch (IOException e) {
      throw new GatewayException(
          "the audit log in "
              + folder
              + " cannot be written ("
              + e
              + "), perhaps you should check the disk and its permissions",
          e);
    }
  }

  /**
   * Looks whether a log is as it was written.
   *
   * @param log a file, or a folder with the files of one or more gateways
   * @throws GatewayException if it cannot be read
   */
  public static AuditVerdict verify(Path log) {
    return AuditVerdict.of(log);
  }

  /**
   * Notes a decision.
   *
   * @return done when the line is on disk; failed if it cannot be written
   */
  @CanIgnoreReturnValue
  CompletableFuture<Void> record(AuditEntry entry) {
    Pending pending = new Pending(entry, Instant.now(), new CompletableFuture<>());
    if (!queue.offer(pending)) {
      dropped.incrementAndGet();
      pending.written.completeExceptionally(new IOException("the audit log cannot keep up"));
    }
    return pending.written;
  }

  /** Notes what a stranger tried, unless there are too many of them. */
  synchronized void recordStranger(AuditEntry entry) {
    long second = Instant.now().getEpochSecond();
    if (second != strangersAt) {
      strangersAt = second;
      strangers = 0;
    }
    if (++strangers <= STRANGERS) {
      record(entry);
    } else {
      dropped.incrementAndGet();
    }
  }

  /** Writes what waits, and ends. */
  @Override
  public void close() {
    try {
      queue.put(new Pending(END, Instant.now(), new CompletableFuture<>()));
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      out.close();
      lockFile.close();
    } catch (IOException e) {
      LOG.warn("the audit log could not be closed: {}", e.toString());
    }
  }

  private void write() {
    List<Pending> batch = new ArrayList<>();
    boolean ended = false;
    while (!ended) {
      batch.clear();
      try {
        batch.add(queue.take());
      } catch (InterruptedException e) {
        return;
      }
      queue.drainTo(batch, BATCH);
      ended = batch.removeIf(pending -> pending.entry.equals(END));
      try {
        append(batch);
        batch.forEach(pending -> pending.written.complete(null));
      } catch (IOException e) {
        LOG.error(
            "the audit log {} cannot be written, perhaps you should make room on the disk: {}",
            file.path(),
            e.toString());
        batch.forEach(pending -> pending.written.completeExceptionally(e));
        dropped.addAndGet(batch.size());
      }
    }
  }

  private void append(List<Pending> batch) throws IOException {
    if (out.position() >= fileBytes) {
      out.close();
      file = file.next();
      out = FileChannel.open(file.path(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }
    long start = out.position();
    AuditChain before = chain;
    StringBuilder lines = new StringBuilder();
    long missing = dropped.getAndSet(0);
    if (missing > 0) {
      String reason = missing + " decisions before this one were not written";
      lines.append(line(AuditEntry.refused("", "", "audit", "", reason), Instant.now()));
    }
    for (Pending pending : batch) {
      lines.append(line(pending.entry, pending.at));
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(lines.toString().getBytes(UTF_8));
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(false);
    } catch (IOException e) {
      chain = before;
      dropped.addAndGet(missing);
      out.truncate(start);
      out.position(start);
      throw e;
    }
  }

  private String line(AuditEntry entry, Instant at) {
    String line = chain.line(entry, at, gateway);
    chain = chain.after(line.getBytes(UTF_8));
    return line + "\n";
  }

  /** A line that was being written when the machine stopped was never relied on. */
  private void cutHalfLine() throws IOException {
    long whole = file.wholeLinesBytes();
    if (whole < out.size()) {
      LOG.warn("the audit log {} ended within a line, which is cut off", file.path());
      out.truncate(whole);
    }
    out.position(whole);
  }
}
