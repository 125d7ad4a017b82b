package io.roundhouse.node;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.roundhouse.domain.JobId;
import io.roundhouse.workflows.FederatedJob;
import io.roundhouse.workflows.LogLine;
import io.roundhouse.workflows.LogTask;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of a server or a site as JSON lines, {@code run/log.jsonl}, with the job, site and round
 * of each line, and what it says of one job. The file before it is kept: at most twice 8 MB.
 */
final class JobLog implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final FileSize MOST = new FileSize(8 << 20);
  private static final int LONGEST_TEXT = 500;
  private static final Pattern ROUND = Pattern.compile("/r(\\d+)");

  private final Path file;
  private final RollingFileAppender<ILoggingEvent> appender;

  private JobLog(Path file, RollingFileAppender<ILoggingEvent> appender) {
    this.file = file;
    this.appender = appender;
  }

  /** Writes from now on, into a folder. */
  static JobLog open(Path folder) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    Path file = folder.resolve("log.jsonl");
    JsonEncoder encoder = new JsonEncoder();
    encoder.setContext(context);
    encoder.setWithSequenceNumber(false);
    encoder.setWithArguments(false);
    encoder.setWithContext(false);
    encoder.setWithMessage(false);
    encoder.setWithFormattedMessage(true);
    encoder.start();
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setContext(context);
    appender.setFile(file.toString());
    appender.setEncoder(encoder);
    FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
    rolling.setContext(context);
    rolling.setParent(appender);
    rolling.setFileNamePattern(file + ".%i");
    rolling.setMinIndex(1);
    rolling.setMaxIndex(1);
    rolling.start();
    SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
    size.setContext(context);
    size.setMaxFileSize(MOST);
    size.start();
    appender.setRollingPolicy(rolling);
    appender.setTriggeringPolicy(size);
    appender.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
    return new JobLog(file, appender);
  }

  /** The newest lines of a job, the oldest first; those that cannot be read are left out. */
  List<LogLine> lines(LogTask task) {
    Deque<LogLine> newest = new ArrayDeque<>();
    for (Path each : List.of(Path.of(file + ".1"), file)) {
      if (Files.exists(each)) {
        read(each, task, newest);
      }
    }
    return List.copyOf(newest);
  }

  private static void read(Path file, LogTask task, Deque<LogLine> newest) {
    String mention = task.job().name();
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.contains(mention)) {
          parse(line, task.job())
              .filter(one -> one.at() > task.after())
              .ifPresent(
                  one -> {
                    newest.addLast(one);
                    if (newest.size() > task.lines()) {
                      newest.removeFirst();
                    }
                  });
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<LogLine> parse(String line, JobId job) {
    try {
      JsonNode event = JSON.readTree(line.getBytes(StandardCharsets.ISO_8859_1));
      JsonNode context = event.path("mdc");
      String workflow = context.path("WorkflowId").asText();
      String id = FederatedJob.workflowId(job);
      boolean itsOwn =
          context.path("job").asText().equals(job.toString())
              || workflow.equals(id)
              || workflow.startsWith(id + "/");
      return itsOwn
          ? Optional.of(
              new LogLine(
                  micros(event),
                  event.path("level").asText(),
                  round(context, workflow),
                  text(event)))
          : Optional.empty();
    } catch (IOException halfWritten) {
      return Optional.empty();
    }
  }

  private static long micros(JsonNode event) {
    long seconds = Math.floorDiv(event.path("timestamp").asLong(), 1_000);
    long nanos =
        event
            .path("nanoseconds")
            .asLong(Math.floorMod(event.path("timestamp").asLong(), 1_000) * 1_000_000L);
    return seconds * 1_000_000 + nanos / 1_000;
  }

  private static Optional<Integer> round(JsonNode context, String workflow) {
    Matcher below = ROUND.matcher(workflow);
    String text = context.path("round").asText(below.find() ? below.group(1) : "");
    return text.matches("\\d{1,9}") ? Optional.of(Integer.parseInt(text)) : Optional.empty();
  }

  private static String text(JsonNode event) {
    String text = event.path("formattedMessage").asText().replaceAll("\\p{Cntrl}+", " ");
    JsonNode failure = event.path("throwable").path("message");
    String all = failure.isTextual() ? text + ": " + failure.asText() : text;
    return all.length() > LONGEST_TEXT ? all.substring(0, LONGEST_TEXT) + "…" : all;
  }

  @Override
  public void close() {
    ((LoggerContext) LoggerFactory.getILoggerFactory())
        .getLogger(Logger.ROOT_LOGGER_NAME)
        .detachAppender(appender);
    appender.stop();
  }
}
