package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.roundhouse.domain.Evaluation.SiteMetrics;
import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.Exclusion.Cause;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.JobStatus;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.RoundSummary;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Update;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.api.enums.v1.EventType;
import io.temporal.client.ActivityCompletionException;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowStub;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(30)
class FederatedJobTest {
  private final FakeFederation federation = new FakeFederation();

  @BeforeEach
  void record(TestInfo test) {
    federation.record(test);
  }

  @AfterEach
  void stop() {
    federation.close();
  }

  @Test
  void runsEveryRoundAndJudgesTheInitialModelFirst() {
    JobResult result =
        federation.site("a").site("b").run(Map.of("rounds.count", 3, "evaluation.central", true));

    assertThat(result.state()).isEqualTo(JobState.COMPLETED);
    assertThat(result.reason()).isEqualTo("all 3 rounds done");
    assertThat(result.rounds()).isEqualTo(3);
    assertThat(federation.manifests).extracting(RoundManifest::round).containsExactly(0, 1, 2, 3);
    assertThat(federation.manifests.get(0).contributions()).isEmpty();
    assertThat(federation.trained).hasSize(6);
    assertThat(federation.results).containsExactly(result);
  }

  @Test
  void judgesTheModelThatTheRoundMade() {
    federation.site("a").run(Map.of("rounds.count", 2));

    assertThat(federation.evaluated)
        .allSatisfy(
            task ->
                assertThat(task.model().path()).isEqualTo("rounds/" + task.round() + "/global"));
  }

  @Test
  void startsEachRoundFromTheModelOfTheOneBefore() {
    federation.site("a").run(Map.of("rounds.count", 3));

    assertThat(federation.trained)
        .extracting(task -> task.model().path())
        .containsExactly("rounds/0/global", "rounds/1/global", "rounds/2/global");
  }

  @Test
  void weighsFederatedMetricsByExamples() {
    federation.central = task -> new Metrics(0.9, 0.1, 100);
    federation.site("a").site("bbb").run(Map.of("rounds.count", 1, "evaluation.central", true));

    RoundManifest last = federation.manifests.get(1);
    assertThat(last.evaluation().central()).contains(new Metrics(0.9, 0.1, 100));
    assertThat(last.evaluation().federated()).contains(new Metrics(0.25, 2, 4));
    assertThat(last.evaluation().sites())
        .extracting(SiteMetrics::site)
        .containsExactly(new SiteName("a"), new SiteName("bbb"));
    assertThat(last.summary().accuracy()).contains(0.9);
  }

  @Test
  void leavesOutASiteThatNoWorkerServes() {
    JobResult result =
        federation
            .site("a")
            .site("b")
            .absentSite("c")
            .run(Map.of("rounds.count", 1, "rounds.quorum", 2));

    assertThat(result.state()).isEqualTo(JobState.COMPLETED);
    assertThat(federation.manifests.get(1).exclusions())
        .singleElement()
        .satisfies(
            exclusion -> {
              assertThat(exclusion.site()).isEqualTo(new SiteName("c"));
              assertThat(exclusion.cause()).isEqualTo(Cause.OFFLINE);
            });
  }

  @Test
  void failsBelowQuorumAndNamesEverySiteWithItsReason() {
    ApplicationFailure failure =
        failure(
            federation
                .site("a")
                .site(
                    "b",
                    task -> {
                      throw ApplicationFailure.newNonRetryableFailure(
                          "digits.csv is missing, perhaps you should copy it", "DataInvalid");
                    })
                .absentSite("c")
                .start(Map.of("rounds.count", 1, "rounds.quorum", 2)));

    assertThat(failure.getType()).isEqualTo("BelowQuorum");
    assertThat(failure.getOriginalMessage())
        .startsWith("round 1 needs updates from 2 of 3 sites, ")
        .contains("b: digits.csv is missing, perhaps you should copy it")
        .contains("c: no worker took its call");
    assertThat(federation.results)
        .singleElement()
        .satisfies(
            result -> {
              assertThat(result.state()).isEqualTo(JobState.FAILED);
              assertThat(result.reason()).startsWith("round 1 needs updates from 2 of 3");
              assertThat(result.model()).isPresent();
            });
  }

  @Test
  void failsWithoutWaitingForTheDeadlineOnceTheQuorumIsOutOfReach() {
    long before = federation.environment.currentTimeMillis();
    ApplicationFailure failure =
        failure(
            federation
                .site("a", FederatedJobTest::never)
                .site(
                    "b",
                    task -> {
                      throw ApplicationFailure.newNonRetryableFailure("broken", "DataInvalid");
                    })
                .start(Map.of("rounds.count", 1, "rounds.quorum", 2, "rounds.deadline", "10h")));

    assertThat(failure.getType()).isEqualTo("BelowQuorum");
    assertThat(federation.environment.currentTimeMillis() - before).isLessThan(3_600_000);
  }

  @Test
  void failsWhenQuarantineLeavesTooFewUpdates() {
    federation.quarantine =
        task -> List.of(new Exclusion(new SiteName("b"), Cause.QUARANTINED, "holds NaN"));
    ApplicationFailure failure =
        failure(
            federation.site("a").site("b").start(Map.of("rounds.count", 1, "rounds.quorum", 2)));

    assertThat(failure.getOriginalMessage()).contains("b: holds NaN");
  }

  @Test
  void closesEarlyAtTheTargetAndTellsTheOthersToStop() throws InterruptedException {
    CountDownLatch told = new CountDownLatch(1);
    federation
        .site("a")
        .site("b")
        .site(
            "c",
            task -> {
              try {
                return never(task);
              } finally {
                told.countDown();
              }
            })
        .run(Map.of("rounds.count", 1, "rounds.quorum", 1, "rounds.target", 2));

    assertThat(federation.manifests.get(1).exclusions())
        .containsExactly(
            new Exclusion(new SiteName("c"), Cause.LATE, "the round closed before it answered"));
    told.await();
  }

  @Test
  void closesAtTheDeadlineWithQuorum() {
    federation
        .site("a")
        .site("b", FederatedJobTest::never)
        .run(Map.of("rounds.count", 1, "rounds.quorum", 1, "rounds.deadline", "1s"));

    assertThat(federation.manifests.get(1).exclusions())
        .extracting(Exclusion::cause)
        .containsExactly(Cause.LATE);
    assertThat(federation.manifests.get(1).seconds().train()).isGreaterThanOrEqualTo(1);
  }

  @Test
  void retriesATrainingThatFailedByChance() {
    federation
        .site(
            "a",
            task -> {
              if (Activity.getExecutionContext().getInfo().getAttempt() < 3) {
                throw new IllegalStateException("by chance");
              }
              return FakeFederation.update(task, 10);
            })
        .run(Map.of("rounds.count", 1));

    assertThat(federation.trained).hasSize(3);
    assertThat(federation.manifests.get(1).contributions()).hasSize(1);
  }

  @Test
  void stopsWhenNoModelWasBetterForThePatience() {
    federation.central = task -> new Metrics(task.round() < 3 ? task.round() / 10.0 : 0.2, 1, 1);
    JobResult result =
        federation
            .site("a")
            .run(Map.of("rounds.count", 50, "evaluation.central", true, "stop.patience", 4));

    assertThat(result.reason())
        .isEqualTo("no better model in 4 evaluations, stopped after round 6");
    assertThat(result.best().orElseThrow().round()).isEqualTo(2);
    assertThat(result.best().orElseThrow().model().path()).isEqualTo("rounds/2/global");
  }

  @Test
  void stopsAtTheWantedAccuracy() {
    federation.central = task -> new Metrics(task.round() / 10.0, 1, 1);
    JobResult result =
        federation
            .site("a")
            .run(Map.of("rounds.count", 50, "evaluation.central", true, "stop.accuracy", 0.35));

    assertThat(result.reason()).isEqualTo("accuracy 0.35 reached in round 4");
  }

  @Test
  void judgesByLossIfAsked() {
    federation.central = task -> new Metrics(0.5, Math.abs(task.round() - 2), 1);
    JobResult result =
        federation
            .site("a")
            .run(
                Map.of("rounds.count", 4, "evaluation.central", true, "evaluation.metric", "loss"));

    assertThat(result.best().orElseThrow().round()).isEqualTo(2);
  }

  @Test
  void judgesOnlyEveryNthRoundAndTheLast() {
    federation.site("a").run(Map.of("rounds.count", 5, "evaluation.every", 2));

    assertThat(federation.evaluated).extracting(EvaluateTask::round).containsExactly(0, 2, 4, 5);
  }

  @Test
  void refusesABadSpecAtOnceWithEveryProblem() {
    ApplicationFailure failure =
        failure(
            federation
                .site("a")
                .start(Map.of("rounds.count", 0, "rounds.quorum", 9, "stratgy", "fedavg")));

    assertThat(failure.getType()).isEqualTo("InvalidSpec");
    assertThat(failure.getOriginalMessage())
        .contains("3 problems in the job spec")
        .contains("rounds.count: must be a whole number from 1")
        .contains("rounds.quorum: is 9, but a round takes only 1 update;")
        .contains("stratgy: is not a known key, perhaps you should write strategy");
    assertThat(federation.manifests).isEmpty();
  }

  /** Settings that a client other than the command may send, and what the job fails with. */
  static List<Arguments> badSpecs() {
    return List.of(
        Arguments.of(
            Map.of("rounds.target", 3),
            "rounds.target: is 3, but a round takes only 2 updates; perhaps you should lower it"),
        Arguments.of(
            Map.of("rounds.required", List.of("a", "bb")),
            "rounds.required: names bb, which is not a site of this job, perhaps you should write"
                + " b"),
        Arguments.of(
            Map.of("rounds.late", Map.of("type", "buffer", "size", 3)),
            "rounds.late.size: is 3, but only 2 sites can be at work at once; perhaps you should"
                + " lower it"),
        Arguments.of(
            Map.of("rounds.spare", 1),
            "rounds.spare: is 1, but every site is selected already; perhaps you should select"
                + " fewer"),
        Arguments.of(
            Map.of("rounds.deadline", "5s", "rounds.heartbeat", "10s"),
            "rounds.deadline: is shorter than the heartbeat of 10s, so a dead site would never be"
                + " tried again; perhaps you should lengthen it or shorten the heartbeat"),
        Arguments.of(
            Map.of("strategy", "fedmedian", "rounds.late", "fold"),
            "rounds.late: weighs late updates less, which fedmedian cannot, perhaps you should"
                + " write exponent: 0 or use fedavg"),
        Arguments.of(
            Map.of("evaluation.federated", false, "stop.patience", 2),
            "stop.patience: cannot be looked at when no model is evaluated, perhaps you should set"
                + " evaluation.federated or evaluation.central to true"),
        Arguments.of(
            Map.of("updates.minExamples", 9, "updates.maxExamples", 3),
            "updates.minExamples: is 9, above the maxExamples of 3, so every update would be"
                + " refused; perhaps you should lower it"),
        Arguments.of(
            Map.of("training.learningRate", "0,1"),
            "training.learningRate: must be a number from 1e-9 to 1000, not '0,1'"),
        Arguments.of(
            Map.of("strategy", "fedavgg"),
            "strategy.type: must be fedadam, fedavg or fedmedian, not 'fedavgg', perhaps you should"
                + " write fedavg"),
        Arguments.of(Map.of("data", List.of("x")), "data: must be a text, not a list"),
        Arguments.of(
            Map.of("seed", 1.5),
            "seed: must be a whole number from -9223372036854775808 to 9223372036854775807, not"
                + " '1.5'"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badSpecs")
  void refusesABadSpecOfAnyClientInTheWordsOfTheCommand(
      Map<String, Object> settings, String problem) {
    ApplicationFailure failure = failure(federation.site("a").site("b").start(settings));

    assertThat(failure.getType()).isEqualTo("InvalidSpec");
    assertThat(failure.getOriginalMessage()).isEqualTo("1 problem in the job spec:\n  " + problem);
    assertThat(federation.manifests).isEmpty();
  }

  /** What a client sends may be of any size; what it gets must fit into a message of Temporal. */
  @Test
  void refusesASpecWithThousandsOfProblemsInFew() {
    ApplicationFailure failure =
        failure(
            federation
                .site("a")
                .start(Map.of("rounds.required", Collections.nCopies(20_000, "No Name"))));

    assertThat(failure.getType()).isEqualTo("InvalidSpec");
    assertThat(failure.getOriginalMessage())
        .contains("there are 19900 more problems, perhaps you should mend these first")
        .hasLineCount(102);
  }

  @Test
  void leavesTheFolderOfAnotherJobAlone() {
    federation.claim =
        task -> {
          throw ApplicationFailure.newNonRetryableFailure("taken", "JobExists");
        };
    ApplicationFailure failure = failure(federation.site("a").start(Map.of()));

    assertThat(failure.getType()).isEqualTo("JobExists");
    assertThat(failure.getOriginalMessage()).isEqualTo("taken");
    assertThat(federation.results).isEmpty();
  }

  @Test
  void goesOnAcrossContinueAsNew() {
    federation.central = task -> new Metrics(task.round() == 7 ? 0.9 : 0.1, 1, 1);
    WorkflowStub job =
        federation.site("a").start(Map.of("rounds.count", 120, "evaluation.central", true));
    JobResult result = job.getResult(JobResult.class);

    assertThat(result.rounds()).isEqualTo(120);
    assertThat(result.best().orElseThrow().round()).isEqualTo(7);
    assertThat(federation.manifests).hasSize(121);
    assertThat(
            history(FederatedJob.workflowId(FakeFederation.JOB))
                .getEvents()
                .get(0)
                .getWorkflowExecutionStartedEventAttributes()
                .getContinuedExecutionRunId())
        .isNotEmpty();
  }

  @Test
  void closesInGoodOrderWhenCancelled() throws InterruptedException {
    CountDownLatch training = new CountDownLatch(1);
    WorkflowStub job =
        federation
            .site(
                "a",
                task -> {
                  if (task.round() == 2) {
                    training.countDown();
                    return never(task);
                  }
                  return FakeFederation.update(task, 10);
                })
            .start(Map.of("rounds.count", 5));
    training.await();
    job.cancel();

    WorkflowFailedException failed =
        catchThrowableOfType(WorkflowFailedException.class, () -> job.getResult(JobResult.class));
    assertThat(failed).hasCauseInstanceOf(CanceledFailure.class);
    assertThat(federation.results)
        .singleElement()
        .satisfies(
            result -> {
              assertThat(result.state()).isEqualTo(JobState.ABORTED);
              assertThat(result.rounds()).isEqualTo(1);
              assertThat(result.best()).isPresent();
            });
  }

  @Test
  void answersHowItIs() {
    WorkflowStub job = federation.site("a").site("b").start(Map.of("rounds.count", 2));
    job.getResult(JobResult.class);

    JobStatus status = job.query("status", JobStatus.class);
    assertThat(status.job()).isEqualTo(FakeFederation.JOB);
    assertThat(status.state()).isEqualTo(JobState.COMPLETED);
    assertThat(status.round()).isEqualTo(2);
    assertThat(status.recent()).extracting(RoundSummary::round).containsExactly(0, 1, 2);
    assertThat(status.recent()).extracting(RoundSummary::answered).containsExactly(0, 2, 2);
  }

  @Test
  void saysWhatItsActivitiesAreFor() {
    federation.site("a").run(Map.of("rounds.count", 1));

    assertThat(
            history(FederatedRound.workflowId(FakeFederation.JOB, 1, 1)).getEvents().stream()
                .filter(
                    event -> event.getEventType() == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
                .map(event -> event.getUserMetadata().getSummary().getData().toStringUtf8()))
        .containsExactly(
            "\"train r1 @ a\"", "\"aggregate r1\"", "\"evaluate r1 @ a\"", "\"checkpoint r1\"");
  }

  private WorkflowExecutionHistory history(String workflowId) {
    return federation.environment.getWorkflowClient().fetchHistory(workflowId);
  }

  private static ApplicationFailure failure(WorkflowStub job) {
    WorkflowFailedException failed =
        catchThrowableOfType(WorkflowFailedException.class, () -> job.getResult(JobResult.class));
    assertThat(failed).hasCauseInstanceOf(ApplicationFailure.class);
    return (ApplicationFailure) requireNonNull(failed.getCause());
  }

  /** Trains until it is told to stop. */
  private static Update never(TrainTask task) {
    ActivityExecutionContext context = Activity.getExecutionContext();
    while (true) {
      try {
        context.heartbeat(new TrainingProgress(0, 0, 0, 0));
        Thread.sleep(5);
      } catch (ActivityCompletionException told) {
        throw told;
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
