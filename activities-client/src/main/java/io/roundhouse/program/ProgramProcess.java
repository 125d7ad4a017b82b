package io.roundhouse.program;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import io.roundhouse.domain.Text;
import io.roundhouse.policy.ProgramBinding;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The processes of one run of a program, and what they print. */
final class ProgramProcess implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("io.roundhouse.program.output");
  private static final String WATCH = watch();
  private static final int BLOCK = 512;
  private static final int MOST_WAITING = 1_024;
  private static final int LAST_LINES = 8;
  private static final int LONGEST_LAST_LINE = 160;

  /** More than the watching script takes to be done with a program that does not end. */
  private static final long PATIENCE_SECONDS = 8;

  private final String name;
  private final Process process;
  private final CompletableFuture<Void> exit;
  private final OutputLines output;
  private final OutputLines errors;
  private final BlockingQueue<Optional<ProgramProgress>> events =
      new LinkedBlockingQueue<>(MOST_WAITING);
  private final Deque<String> lastErrors = new ArrayDeque<>();
  private final AtomicLong printed = new AtomicLong();
  private final AtomicLong signOfLife = new AtomicLong(System.nanoTime());

  private ProgramProcess(String name, Process process) {
    this.name = name;
    this.process = process;
    output = new OutputLines(name, process.getInputStream(), this::read, this::line, this::wake);
    errors =
        new OutputLines(
            name + "-errors", process.getErrorStream(), this::read, this::error, this::wake);
    exit = process.onExit().thenRun(this::wake);
  }

  /**
   * Starts a program in its folder.
   *
   * @param largest its largest file, bytes
   * @throws ProgramException if there is no such executable
   */
  static ProgramProcess start(
      String name,
      ProgramBinding program,
      Path folder,
      Map<String, String> environment,
      long largest) {
    if (Environment.executable(program).isEmpty()) {
      throw ProgramException.permanent(
          "this site cannot run the program "
              + name
              + ": there is no executable "
              + Text.quote(program.command().get(0))
              + ", perhaps its organisation should correct the command in its policy");
    }
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", WATCH, "roundhouse-program"));
    command.add(UUID.randomUUID().toString());
    command.add(Long.toString(Math.max(1, largest / BLOCK)));
    command.addAll(program.command());
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      return new ProgramProcess(name, builder.start());
    } catch (IOException e) {
      throw ProgramException.passing(
          "the program " + name + " cannot be started (" + e.getMessage() + ")");
    }
  }

  /** What comes next of its progress; empty if nothing does for a while, or it may have ended. */
  Optional<ProgramProgress> next(long millis) throws InterruptedException {
    Optional<ProgramProgress> event = events.poll(millis, TimeUnit.MILLISECONDS);
    return event == null ? Optional.empty() : event;
  }

  /** Whether it has ended and all that it said was taken. */
  boolean hasEnded() {
    return exit.isDone() && output.hasEnded() && errors.hasEnded() && events.isEmpty();
  }

  /** Its exit code, once it has ended. */
  int exitCode() {
    return process.exitValue();
  }

  long memory() {
    return ResourceUse.memory(process.toHandle());
  }

  /** Bytes printed so far. */
  long printed() {
    return printed.get();
  }

  /** Nanoseconds since it printed anything, or was started. */
  long silence() {
    return System.nanoTime() - signOfLife.get();
  }

  /** The last lines of its standard error, indented. */
  String lastErrors() {
    synchronized (lastErrors) {
      return lastErrors.stream().map(line -> "\n    " + line).collect(joining());
    }
  }

  /** Ends it with all that come from it, and waits for that. */
  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      LOG.debug("{} has ended", name, e);
    }
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
      output.await();
      errors.await();
    } catch (InterruptedException e) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      interrupted = true;
    } finally {
      closeStreams();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void closeStreams() {
    for (InputStream stream : List.of(process.getInputStream(), process.getErrorStream())) {
      try {
        stream.close();
      } catch (IOException e) {
        LOG.debug("{} has ended", name, e);
      }
    }
  }

  private void read(int bytes) {
    printed.addAndGet(bytes);
    signOfLife.set(System.nanoTime());
  }

  private void line(String line) {
    Optional<ProgramProgress> progress = ProgramProgress.parse(line);
    if (progress.isPresent()) {
      add(progress);
    } else {
      LOG.info("{}: {}", name, line);
    }
  }

  private void error(String line) {
    synchronized (lastErrors) {
      lastErrors.addLast(
          line.length() <= LONGEST_LAST_LINE ? line : line.substring(0, LONGEST_LAST_LINE) + "…");
      if (lastErrors.size() > LAST_LINES) {
        lastErrors.removeFirst();
      }
    }
    LOG.info("{}: {}", name, line);
  }

  private void wake() {
    add(Optional.empty());
  }

  /** What waits for too long is of no use any more. */
  private void add(Optional<ProgramProgress> event) {
    while (!events.offer(event)) {
      events.poll();
    }
  }

  private static String watch() {
    try (InputStream script = ProgramProcess.class.getResourceAsStream("watch.sh")) {
      if (script == null) {
        throw new IllegalStateException("watch.sh is missing");
      }
      return new String(script.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
