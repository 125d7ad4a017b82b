package io.roundhouse.workflows;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.temporal.testing.WorkflowReplayer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Jobs that were started by an earlier version must go on with this one. */
class RecordedHistoriesTest {
  @ParameterizedTest
  @CsvSource({"job.json", "round.json"})
  void areReplayedByTheCodeOfToday(String history) {
    assertThatCode(
            () ->
                WorkflowReplayer.replayWorkflowExecutionFromResource(
                    "histories/" + history, FederatedJobImpl.class, FederatedRoundImpl.class))
        .doesNotThrowAnyException();
  }
}
