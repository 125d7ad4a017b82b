package io.roundhouse.services;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A program of this machine that runs until it is closed. Its output goes to a file. */
public final class Program implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(15);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int LAST_LINES = 8;
  private static final String RESIDENT = "VmRSS:";

  private final String name;
  private final Process process;
  private final Path log;

  private Program(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /**
   * Starts it.
   *
   * @param name for messages
   * @param command the executable and its arguments
   * @param environment what is added to this process's environment
   * @param log its output is appended here
   * @throws ServiceException if it cannot be started
   */
  public static Program start(
      String name, List<String> command, Map<String, String> environment, Path log) {
    requireNonNull(log, "log is null");
    try {
      Files.createDirectories(requireNonNull(log.toAbsolutePath().getParent()));
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.environment().putAll(environment);
      return new Program(name, builder.start(), log);
    } catch (IOException e) {
      throw new ServiceException(
          name + " cannot be started (" + e.getMessage() + "), perhaps you should check " + log, e);
    }
  }

  /**
   * Runs one to its end.
   *
   * @param command the executable and its arguments
   * @param log its output is appended here
   * @param cure what to do if it fails: the words after "perhaps you should"
   * @throws ServiceException if it fails, or this thread is interrupted, which stops it
   */
  public static void run(List<String> command, Path log, String cure) {
    String name = String.join(" ", command);
    Program program = start(name, command, Map.of(), log);
    try {
      if (program.ended().get().exitValue() != 0) {
        throw new ServiceException(Text.quote(name) + " failed, perhaps you should " + cure);
      }
    } catch (InterruptedException e) {
      program.close();
      Thread.currentThread().interrupt();
      throw new ServiceException(Text.quote(name) + " was interrupted", e);
    } catch (ExecutionException e) {
      throw new ServiceException(Text.quote(name) + " cannot be waited for", e);
    }
  }

  /** For messages. */
  public String name() {
    return name;
  }

  /** The process id. */
  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Its resident memory, bytes; 0 where the system does not tell. */
  public long residentBytes() {
    try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid()), "status"))) {
      return lines
          .filter(line -> line.startsWith(RESIDENT))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  /** The processor time that it has used. */
  public Duration cpuTime() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Where its output is. */
  public Path log() {
    return log;
  }

  /** Completes when it has ended. */
  public CompletableFuture<Process> ended() {
    return process.onExit();
  }

  /**
   * Waits until it is ready.
   *
   * @throws ServiceException with its last lines if it ends before, or takes longer
   */
  public void await(BooleanSupplier ready, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (!ready.getAsBoolean()) {
      if (!isAlive()) {
        throw new ServiceException(
            "%s ended with code %d, perhaps you should read %s%s"
                .formatted(name, process.exitValue(), log, lastLines()));
      }
      if (System.nanoTime() > end) {
        throw new ServiceException(
            "%s is not ready after %d s, perhaps you should read %s%s"
                .formatted(name, patience.toSeconds(), log, lastLines()));
      }
      pause();
    }
  }

  /** Asks it to end, and ends it after some seconds. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private String lastLines() {
    try {
      List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
      int from = Math.max(0, lines.size() - LAST_LINES);
      return "\n  " + String.join("\n  ", lines.subList(from, lines.size()));
    } catch (IOException e) {
      return "";
    }
  }

  private static void pause() {
    try {
      Thread.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServiceException("interrupted", e);
    }
  }
}
