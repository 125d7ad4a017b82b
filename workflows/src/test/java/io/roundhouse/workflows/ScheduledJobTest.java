package io.roundhouse.workflows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.roundhouse.domain.JobResult;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each turn of a schedule is a job of its own. */
@Timeout(60)
class ScheduledJobTest {
  private final FakeFederation federation = new FakeFederation();

  @AfterEach
  void stop() {
    federation.close();
  }

  @Test
  void everyTurnHasItsOwnNameAndFolder() {
    federation.site("a").site("b").environment.start();

    JobResult first = turn("2026-11-29T02:00:00Z").run(input("rounds.count", 1));
    federation.environment.sleep(Duration.ofHours(24));
    JobResult second = turn("2026-11-30T02:00:00Z").run(input("rounds.count", 1));

    assertThat(first.job().toString()).matches("test/job-\\d{8}-\\d{6}");
    assertThat(second.job().toString()).matches("test/job-\\d{8}-\\d{6}");
    assertThat(second.job()).isNotEqualTo(first.job());
    assertThat(federation.aggregated)
        .extracting(AggregateTask::job)
        .containsExactly(first.job(), second.job());
  }

  @Test
  void aTurnLastsAsLongAsItsJobAndFailsAsItDoes() {
    federation.site("a").environment.start();

    assertThat(failure(turn("now"), input("rounds.quorum", 9)))
        .satisfies(failure -> assertThat(failure.getType()).isEqualTo("InvalidSpec"))
        .hasMessageContaining("rounds.quorum");
  }

  @Test
  void aNameThatTheTimeDoesNotFitBehindIsRefused() {
    federation.site("a").environment.start();

    assertThat(failure(turn("now"), input("name", "x".repeat(ScheduledJob.LONGEST_NAME + 1))))
        .hasMessageContaining("perhaps you should choose a shorter one");
    assertThat(turn("later").run(input("name", "x".repeat(ScheduledJob.LONGEST_NAME))).job().name())
        .hasSize(63);
  }

  private ScheduledJob turn(String time) {
    return federation
        .environment
        .getWorkflowClient()
        .newWorkflowStub(
            ScheduledJob.class,
            WorkflowOptions.newBuilder()
                .setWorkflowId("fl/test/job-" + time)
                .setTaskQueue(TaskQueues.SERVER)
                .build());
  }

  private JobInput input(String key, Object value) {
    return new JobInput(
        FakeFederation.spec(Map.of(key, value)), List.copyOf(federation.trainers.keySet()));
  }

  private static ApplicationFailure failure(ScheduledJob turn, JobInput input) {
    WorkflowFailedException failed =
        catchThrowableOfType(WorkflowFailedException.class, () -> turn.run(input));
    return Stream.<@Nullable Throwable>iterate(failed, it -> it == null ? null : it.getCause())
        .takeWhile(Objects::nonNull)
        .flatMap(it -> it instanceof ApplicationFailure failure ? Stream.of(failure) : Stream.of())
        .findFirst()
        .orElseThrow();
  }
}
