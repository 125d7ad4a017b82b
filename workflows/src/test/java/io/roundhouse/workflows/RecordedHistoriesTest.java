package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Jobs that were started by an earlier version must go on with this one. There is a history of the
 * job, and of one round, of each scenario that the other tests play.
 */
class RecordedHistoriesTest {
  private static final TestWorkflowEnvironment ENVIRONMENT = TestWorkflowEnvironment.newInstance();

  /** A busy machine is no deadlock. */
  private static final Worker WORKER =
      ENVIRONMENT.newWorker(
          TaskQueues.SERVER,
          WorkerOptions.newBuilder().setDefaultDeadlockDetectionTimeout(60_000).build());

  @BeforeAll
  static void register() {
    WORKER.registerWorkflowImplementationTypes(FederatedJobImpl.class, FederatedRoundImpl.class);
  }

  @AfterAll
  static void close() {
    ENVIRONMENT.close();
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void areReplayedByTheCodeOfToday(Path history) throws IOException {
    WorkflowExecutionHistory events = WorkflowExecutionHistory.fromJson(read(history));
    assertThatCode(() -> WorkflowReplayer.replayWorkflowExecution(events, WORKER))
        .as(history.getFileName().toString())
        .doesNotThrowAnyException();
  }

  @Test
  void coverTheScenarios() throws IOException, URISyntaxException {
    assertThat(recorded().toList()).hasSizeGreaterThan(80);
  }

  static Stream<Path> recorded() throws IOException, URISyntaxException {
    Path folder =
        Path.of(requireNonNull(RecordedHistoriesTest.class.getResource("/histories")).toURI());
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> sorted = files.sorted().toList();
      return sorted.stream();
    }
  }

  private static String read(Path file) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
