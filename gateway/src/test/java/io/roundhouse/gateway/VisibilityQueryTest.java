package io.roundhouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VisibilityQueryTest {
  @Test
  void narrowsToJobs() {
    assertThat(VisibilityQuery.ofJobs("")).isEqualTo("WorkflowId STARTS_WITH 'fl/'");
    assertThat(VisibilityQuery.ofJobs("FlPhase='running' OR FlRound > 3"))
        .isEqualTo("(FlPhase='running' OR FlRound > 3) AND WorkflowId STARTS_WITH 'fl/'");
  }

  @Test
  void leavesOrdersAndGroupingsAtTheEnd() {
    assertThat(VisibilityQuery.ofJobs("A = 1 ORDER BY StartTime"))
        .isEqualTo("(A = 1) AND WorkflowId STARTS_WITH 'fl/' ORDER BY StartTime");
    assertThat(VisibilityQuery.ofJobs("group by ExecutionStatus"))
        .isEqualTo("WorkflowId STARTS_WITH 'fl/' group by ExecutionStatus");
  }

  @Test
  void quotesHideBracketsAndWords() {
    assertThat(VisibilityQuery.ofJobs("FlJob = ') ORDER BY (' AND X = \"it\\\"s)\""))
        .isEqualTo(
            "(FlJob = ') ORDER BY (' AND X = \"it\\\"s)\") AND WorkflowId STARTS_WITH 'fl/'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A = 1) OR (B = 2",
        ")",
        "(",
        "A = 'x",
        "A = \"x",
        "A = `x",
        "A = 'x\\'",
        "A = 1 -- x",
        "A = 1 /* x",
        "A = 1; B",
        "A = 1 # x"
      })
  void refusesWhatWouldEscape(String query) {
    assertThatThrownBy(() -> VisibilityQuery.ofJobs(query)).isInstanceOf(Refusal.class);
  }
}
