package io.roundhouse.workflows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.SiteName;
import io.temporal.client.WorkflowOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Logs are told by those who answer, each in its own name. */
class JobLogsTest {
  private static final LogTask TASK = new LogTask(new JobId("demo", "first"), 10, 0);
  private static final LogLine LINE = new LogLine(1, "INFO", Optional.of(2), "trained");

  @Test
  void tellsWhoIsSilentAndBelievesNobodyInAnothersName() {
    try (TestWorkflowEnvironment environment = TestWorkflowEnvironment.newInstance()) {
      environment
          .newWorker(TaskQueues.SERVER)
          .registerWorkflowImplementationTypes(JobLogsImpl.class);
      answer(environment, TaskQueues.log("central"), "central");
      answer(environment, "site-a", "a");
      answer(environment, "site-b", "a");
      environment.start();

      List<LogAnswer> answers =
          environment
              .getWorkflowClient()
              .newWorkflowStub(
                  JobLogs.class,
                  WorkflowOptions.newBuilder().setTaskQueue(TaskQueues.SERVER).build())
              .run(
                  new LogRequest(
                      TASK,
                      List.of(new SiteName("a"), new SiteName("b"), new SiteName("c")),
                      List.of("central")));

      assertThat(answers)
          .containsExactly(
              new LogAnswer("central", List.of(LINE), Optional.empty()),
              new LogAnswer("a", List.of(LINE), Optional.empty()),
              LogAnswer.withheld("b", "no answer within 5 s"),
              LogAnswer.withheld("c", "no answer within 5 s"));
    }
  }

  @Test
  void askNoMoreThanCanBeAnswered() {
    List<SiteName> many = Collections.nCopies(101, new SiteName("a"));

    assertThatThrownBy(() -> new LogRequest(TASK, many, List.of()))
        .hasMessageContaining("at most 100");
    assertThatThrownBy(() -> new LogTask(new JobId("demo", "first"), 1_001, 0))
        .hasMessageContaining("from 1 to 1000 lines, not 1001");
  }

  private static void answer(TestWorkflowEnvironment environment, String queue, String name) {
    LogActivities activities = task -> new LogAnswer(name, List.of(LINE), Optional.empty());
    environment.newWorker(queue).registerActivitiesImplementations(activities);
  }
}
