package io.roundhouse.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.roundhouse.domain.JobId;
import io.roundhouse.workflows.LogLine;
import io.roundhouse.workflows.LogTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** What a server's or site's log says of one job. */
class JobLogTest {
  private static final Logger LOG = LoggerFactory.getLogger("io.roundhouse.test");
  private static final JobId JOB = new JobId("demo", "first");

  @TempDir private Path folder = Path.of("");

  @AfterEach
  void clear() {
    MDC.clear();
  }

  @Test
  void tellsTheLinesOfTheJobAndOfNoOther() {
    try (JobLog log = JobLog.open(folder)) {
      say("demo/first", "3", "trained");
      say("demo/first-2", "3", "of another job");
      say("demo/other", "3", "speaks of demo/first");
      MDC.clear();
      LOG.info("about demo/first, in no job");

      List<LogLine> lines = log.lines(new LogTask(JOB, 10, 0));

      assertThat(lines).extracting(LogLine::text).containsExactly("trained");
      assertThat(lines.get(0).round()).isEqualTo(Optional.of(3));
      assertThat(lines.get(0).level()).isEqualTo("INFO");
    }
  }

  @Test
  void knowsTheJobByTheWorkflowThatAnActivityBelongsTo() {
    try (JobLog log = JobLog.open(folder)) {
      MDC.put("WorkflowId", "fl/demo/first/r00012");
      LOG.info("aggregated");
      MDC.put("WorkflowId", "fl/demo/first");
      LOG.info("running");
      MDC.put("WorkflowId", "fl/demo/firsts");
      LOG.info("another");

      assertThat(log.lines(new LogTask(JOB, 10, 0)))
          .extracting(LogLine::text, LogLine::round)
          .containsExactly(
              tuple("aggregated", Optional.of(12)), tuple("running", Optional.empty()));
    }
  }

  @Test
  void tellsTheNewestAndWhatIsNewer() {
    try (JobLog log = JobLog.open(folder)) {
      say("demo/first", "1", "one");
      say("demo/first", "2", "two");
      long after = log.lines(new LogTask(JOB, 1, 0)).get(0).at();
      say("demo/first", "3", "three");

      assertThat(log.lines(new LogTask(JOB, 2, 0)))
          .extracting(LogLine::text)
          .containsExactly("two", "three");
      assertThat(log.lines(new LogTask(JOB, 10, after)))
          .extracting(LogLine::text)
          .containsExactly("three");
    }
  }

  @Test
  void survivesARestartAndHalfWrittenLines() throws IOException {
    try (JobLog log = JobLog.open(folder)) {
      say("demo/first", "1", "before\nthe \u001b[31mfall");
      assertThat(log.lines(new LogTask(JOB, 10, 0))).hasSize(1);
    }
    Files.writeString(
        folder.resolve("log.jsonl"), "{\"mdc\":{\"job\":\"demo/fi", StandardOpenOption.APPEND);
    Files.writeString(folder.resolve("log.jsonl"), "\n", StandardOpenOption.APPEND);
    try (JobLog log = JobLog.open(folder)) {
      say("demo/first", "2", "after");

      assertThat(log.lines(new LogTask(JOB, 10, 0)))
          .extracting(LogLine::text)
          .containsExactly("before the  [31mfall", "after");
    }
  }

  private static void say(String job, String round, String text) {
    MDC.put("job", job);
    MDC.put("round", round);
    LOG.info("{}", text);
  }
}
