package io.roundhouse.workflows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roundhouse.domain.SiteName;
import io.temporal.client.WorkflowOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is there is told by who answers. */
class RollCallTest {
  private static final SiteName A = new SiteName("a");
  private static final SiteName B = new SiteName("b");
  private static final SiteName C = new SiteName("c");

  @Test
  void namesThoseThatAnswerAndThoseThatDoNot() {
    try (TestWorkflowEnvironment environment = TestWorkflowEnvironment.newInstance()) {
      environment
          .newWorker(TaskQueues.SERVER)
          .registerWorkflowImplementationTypes(RollCallImpl.class);
      site(environment, A, A);
      // In another's name is not there.
      site(environment, C, A);
      environment.start();

      RollCallAnswers answers =
          environment
              .getWorkflowClient()
              .newWorkflowStub(
                  RollCall.class,
                  WorkflowOptions.newBuilder().setTaskQueue(TaskQueues.SERVER).build())
              .run(new RollCallInput(List.of(C, B, A), 1));

      assertThat(answers.present()).containsExactly(profile(A));
      assertThat(answers.absent()).containsExactly(B, C);
    }
  }

  @Test
  void callsNoMoreSitesThanItCan() {
    List<SiteName> many = Collections.nCopies(2_001, A);

    assertThatThrownBy(() -> new RollCallInput(many, 5)).hasMessageContaining("2001 sites");
    assertThatThrownBy(() -> new RollCallInput(List.of(A), 0)).hasMessageContaining("in 0 s");
  }

  private static void site(TestWorkflowEnvironment environment, SiteName queue, SiteName name) {
    DescribeActivities answer = () -> profile(name);
    environment.newWorker(queue.queue()).registerActivitiesImplementations(answer);
  }

  private static SiteProfile profile(SiteName site) {
    return new SiteProfile(site, "1", 0, 2, List.of("digits"), List.of("dl4j"));
  }
}
