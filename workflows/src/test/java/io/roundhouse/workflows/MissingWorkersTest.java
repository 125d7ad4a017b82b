package io.roundhouse.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.control.Abort;
import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.Exclusion.Cause;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.SiteStatus.State;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server's worker that is not there, or does not come to an end, holds no job for ever. */
@Timeout(60)
class MissingWorkersTest {
  private static final Duration DAY = Duration.ofHours(25);

  private Optional<FakeFederation> federation = Optional.empty();
  private final FakeFederation.Halt halt = new FakeFederation.Halt();

  @AfterEach
  void stop() {
    halt.open();
    federation.ifPresent(FakeFederation::close);
  }

  private FakeFederation without(String... queues) {
    FakeFederation made = new FakeFederation(Set.of(queues));
    federation = Optional.of(made);
    return made;
  }

  /** Time goes on until it is said: a job may begin to wait after some of it has passed. */
  private static void awaitMessage(FakeFederation sites, String message) {
    sites.await(
        message,
        () -> {
          sites.skip(Duration.ofMinutes(2));
          return sites.job().status().message().equals(message);
        });
  }

  @Test
  void aJobSaysThatItWaitsForTheAggregationWorkerAndFailsAfterADay() {
    FakeFederation sites = without(TaskQueues.AGGREGATE).site("a");
    sites.start(Map.of("rounds.count", 1));
    awaitMessage(
        sites,
        "waits for the server to open the job's folder, perhaps you should look whether its"
            + " workers and the store run");
    sites.skip(DAY);

    ApplicationFailure failure = sites.failure();
    assertThat(failure.getType()).isEqualTo("ServerTimeout");
    assertThat(failure.getOriginalMessage())
        .isEqualTo(
            "no worker of the server finished Open in time, perhaps you should look whether the"
                + " server's workers run");
    assertThat(sites.job().status().state()).isEqualTo(JobState.FAILED);
  }

  @Test
  void aJobThatWaitsForTheAggregationWorkerIsAborted() {
    FakeFederation sites = without(TaskQueues.AGGREGATE).site("a");
    sites.start(Map.of("rounds.count", 1));
    sites.job().abort(new Abort("ann", "no server"));

    assertThat(sites.result().reason()).isEqualTo("aborted by ann: no server");
  }

  @Test
  void aJobThatWaitsForTheModelWorkerSaysSoAndIsAborted() {
    FakeFederation sites = without(TaskQueues.MODEL).site("a");
    sites.start(Map.of("rounds.count", 1));
    sites.await("a", () -> sites.state("a") == State.READY);
    awaitMessage(
        sites,
        "waits for the server to make the initial model, perhaps you should look whether its"
            + " workers and the store run");
    sites.job().abort(new Abort("ann", ""));

    assertThat(sites.result().state()).isEqualTo(JobState.ABORTED);
    assertThat(sites.results).hasSize(1);
  }

  @Test
  void aJobFailsWithThatReasonWhenNoModelWorkerComesForADay() {
    FakeFederation sites = without(TaskQueues.MODEL).site("a");
    sites.start(Map.of("rounds.count", 1));
    sites.await("a", () -> sites.state("a") == State.READY);
    sites.skip(DAY);

    assertThat(sites.failure().getOriginalMessage())
        .startsWith("no worker of the server finished Initialize in time");
    assertThat(sites.results)
        .extracting(JobResult::reason)
        .containsExactly(sites.failure().getOriginalMessage());
  }

  @Test
  void aPublicationThatNeverEndsDoesNotHoldTheEndOfTheJob() {
    FakeFederation.Gate second = new FakeFederation.Gate();
    FakeFederation.Gate third = new FakeFederation.Gate();
    FakeFederation sites =
        without()
            .site(
                "a",
                task ->
                    switch (task.round()) {
                      case 2 -> second.pass(task);
                      case 3 -> third.pass(task);
                      default -> FakeFederation.update(task, 10);
                    });
    sites.publishing = halt::here;
    sites.start(Map.of("rounds.count", 3, "rounds.heartbeat", "30m"));
    second.awaitReached();
    sites.skip(Duration.ofSeconds(11));
    second.open();
    third.awaitReached();
    halt.awaitReached();
    third.open();
    sites.await(JobState.CLOSING);
    sites.skip(Duration.ofMinutes(2));

    assertThat(sites.result().state()).isEqualTo(JobState.COMPLETED);
    assertThat(sites.results).hasSize(1);
  }

  @Test
  void anEvaluationThatASiteNeverAnswersEndsAtTheDeadlineAndIsNamed() {
    FakeFederation sites = without().site("a").site("b");
    sites.atSite =
        (site, task) -> {
          if (site.equals("b") && task.round() == 1) {
            halt.here();
          }
          return new Metrics(0.5, 1, 10);
        };
    sites.start(Map.of("rounds.count", 1, "rounds.deadline", "5h", "rounds.heartbeat", "5h"));
    halt.awaitReached();
    sites.await("the answer of a", () -> sites.round(1).answered() == 1);
    sites.skip(Duration.ofHours(5).plusMinutes(1));
    sites.result();

    assertThat(sites.manifest(1).evaluation().federated()).contains(new Metrics(0.5, 1, 10));
    assertThat(sites.manifest(1).evaluation().missing())
        .containsExactly(
            new Exclusion(new SiteName("b"), Cause.LATE, "the round closed before it answered"));
  }

  @Test
  void anEndThatCannotBeWrittenDownDoesNotHideTheReason() {
    FakeFederation sites =
        without()
            .site(
                "a",
                task -> {
                  throw ApplicationFailure.newNonRetryableFailure("the disk is full", "Broken");
                });
    sites.closing =
        result -> {
          throw ApplicationFailure.newNonRetryableFailure("the bucket is gone", "Gone");
        };
    ApplicationFailure failure = sites.failure(Map.of("rounds.count", 1));

    assertThat(failure.getOriginalMessage()).contains("a: the disk is full");
    assertThat(sites.job().status().message())
        .endsWith("a: the disk is full, but that cannot be written down: the bucket is gone");
  }

  @Test
  void aCompletedJobThatCannotBeWrittenDownFails() {
    FakeFederation sites = without().site("a");
    sites.closing =
        result -> {
          throw ApplicationFailure.newNonRetryableFailure("the bucket is gone", "Gone");
        };
    ApplicationFailure failure = sites.failure(Map.of("rounds.count", 1));

    assertThat(failure.getType()).isEqualTo("NotWritten");
    assertThat(failure.getOriginalMessage())
        .isEqualTo("all 1 rounds done, but that cannot be written down: the bucket is gone");
    assertThat(sites.job().status().state()).isEqualTo(JobState.FAILED);
  }
}
