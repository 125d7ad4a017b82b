package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.client.WorkflowUpdateException;
import io.temporal.failure.ApplicationFailure;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Any client can start a workflow, signal and update it with anything. */
@Timeout(60)
class StrayInputTest {
  private final FakeFederation federation = new FakeFederation();

  @AfterEach
  void stop() {
    federation.close();
  }

  static Stream<Arguments> inputsThatAreNoJob() {
    Map<String, Object> spec = FakeFederation.spec(Map.of());
    return Stream.of(
        Arguments.of("nothing", new Object[0], "a job is started with a spec and its sites"),
        Arguments.of("a text", new Object[] {"job.yml"}, "job.yml"),
        Arguments.of("an empty mapping", new Object[] {Map.of()}, "there are no sites to run"),
        Arguments.of("no sites", new Object[] {Map.of("spec", spec)}, "there are no sites to run"),
        Arguments.of(
            "a text as spec",
            new Object[] {Map.of("spec", "job.yml", "sites", List.of("a"))},
            "job.yml"),
        Arguments.of(
            "an unknown key",
            new Object[] {Map.of("spec", spec, "sites", List.of("a"), "site", "a")},
            "\"site\""),
        Arguments.of(
            "no name of a site",
            new Object[] {Map.of("spec", spec, "sites", List.of("A b"))},
            "not a site name: 'A b'"),
        Arguments.of(
            "several names of no sites",
            new Object[] {Map.of("spec", spec, "sites", List.of("A b", "c", "D"))},
            "not site names: 'A b', 'D', perhaps"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("inputsThatAreNoJob")
  void anInputThatIsNoJobFailsAtOnceAndSaysWhy(String name, Object[] input, String message) {
    federation.environment.start();
    WorkflowStub job =
        federation
            .environment
            .getWorkflowClient()
            .newUntypedWorkflowStub(
                "FederatedJob",
                WorkflowOptions.newBuilder()
                    .setWorkflowId(FederatedJob.workflowId(FakeFederation.JOB))
                    .setTaskQueue(TaskQueues.SERVER)
                    .build());
    job.start(input);

    WorkflowFailedException failed =
        catchThrowableOfType(WorkflowFailedException.class, () -> job.getResult(JobResult.class));
    assertThat(failed).as(name).hasCauseInstanceOf(ApplicationFailure.class);
    assertThat(((ApplicationFailure) requireNonNull(failed.getCause())).getOriginalMessage())
        .contains(message);
    assertThat(federation.results).isEmpty();
  }

  @Test
  void ordersAndSignalsThatAreNoneChangeNothing() {
    FakeFederation.Gate gate = federation.gate();
    federation
        .site("a", task -> task.round() == 1 ? gate.pass(task) : FakeFederation.update(task, 10))
        .site("b");
    WorkflowStub job = federation.start(Map.of("rounds.count", 2));
    gate.awaitReached();

    for (Object order : List.of("now", Map.of(), Map.of("by", 7, "rounds", "x"))) {
      for (String name : List.of("pause", "abort", "change", "moveSite", "rewind", "approve")) {
        assertThatThrownBy(() -> job.update(name, Object.class, order))
            .as("%s %s", name, order)
            .isInstanceOf(WorkflowUpdateException.class);
      }
    }
    Map<String, Object> stray = Map.of("by", "ann", "reason", "", "site", "A b", "move", "LEAVE");
    assertThatThrownBy(() -> job.update("moveSite", Object.class, stray))
        .hasStackTraceContaining("not a site name: 'A b'");
    job.signal("late", "now");
    job.signal("late", Map.of("site", "a"));
    job.signal("roundClosed", Map.of("summary", 7));
    job.signal("unheard", 7);
    gate.open();

    assertThat(federation.result().state()).isEqualTo(JobState.COMPLETED);
    assertThat(federation.manifests).hasSize(3);
    assertThat(federation.manifests)
        .allSatisfy(manifest -> assertThat(manifest.carried().decisions()).isEmpty());
  }
}
