package io.roundhouse.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.Exclusion.Cause;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Update;
import io.temporal.activity.Activity;
import io.temporal.activity.DynamicActivity;
import io.temporal.failure.ApplicationFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A site answers a workflow whatever it likes. It harms nobody but itself, and is named. */
@Timeout(60)
class OddAnswersTest {
  private static final SiteName A = new SiteName("a");

  private final FakeFederation federation = new FakeFederation();

  @AfterEach
  void stop() {
    federation.close();
  }

  static Stream<Arguments> oddUpdates() {
    return Stream.of(
        update("it answered nothing", update -> null),
        update(
            "it answered in the name of b",
            good ->
                new Update(new SiteName("b"), 1, good.artifact(), good.examples(), good.loss(), 1)),
        update(
            "its artifact has a path of 1000000 characters",
            good ->
                new Update(
                    good.site(),
                    1,
                    new Artifact("x".repeat(1_000_000), good.artifact().sha256(), 1000),
                    10,
                    1,
                    1)),
        update(
            "its signature has 1000000 characters",
            good ->
                new Update(
                    good.site(), 1, good.artifact(), 10, 1, 1, Optional.of("x".repeat(1_000_000)))),
        update(
            "it says that it trained for NaN s",
            good -> new Update(good.site(), 1, good.artifact(), 10, 1, Double.NaN)),
        update(
            "it says that it trained for -1.0 s",
            good -> new Update(good.site(), 1, good.artifact(), 10, 1, -1)));
  }

  private static Arguments update(String reason, UnaryOperator<@Nullable Update> odd) {
    return Arguments.of(reason, odd);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("oddUpdates")
  void anOddUpdateExcludesItsSite(String reason, UnaryOperator<@Nullable Update> odd) {
    JobResult result =
        federation
            .site("a", task -> odd.apply(FakeFederation.update(task, 10)))
            .site("b")
            .site("c")
            .run(Map.of("rounds.count", 2));

    assertThat(result.state()).isEqualTo(JobState.COMPLETED);
    for (int round = 1; round <= 2; round++) {
      assertThat(federation.manifest(round).contributions())
          .extracting(contribution -> contribution.update().site().value())
          .containsExactly("b", "c");
      assertThat(federation.manifest(round).exclusions())
          .containsExactly(new Exclusion(A, Cause.FAILED, reason));
    }
  }

  static Stream<Arguments> oddMetrics() {
    return Stream.of(
        Arguments.of("it measured an accuracy of NaN", new Metrics(Double.NaN, 1, 5)),
        Arguments.of("it measured an accuracy of 1.5", new Metrics(1.5, 1, 5)),
        Arguments.of("it measured an accuracy of -0.1", new Metrics(-0.1, 1, 5)),
        Arguments.of("it measured a loss of NaN", new Metrics(0.5, Double.NaN, 5)),
        Arguments.of(
            "it measured a loss of -Infinity", new Metrics(0.5, Double.NEGATIVE_INFINITY, 5)),
        Arguments.of(
            "it measured on 9223372036854775807 examples, more than 1000000000",
            new Metrics(1, 0, Long.MAX_VALUE)),
        Arguments.of("it answered nothing", null));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("oddMetrics")
  void oddMetricsDoNotCount(String reason, @Nullable Metrics odd) {
    federation.atSite = (site, task) -> site.equals("a") ? odd : new Metrics(0.25, 2, 3);
    JobResult result =
        federation
            .site("a")
            .site("b")
            .site("c")
            .run(Map.of("rounds.count", 2, "stop.accuracy", 0.9));

    assertThat(result.rounds()).isEqualTo(2);
    assertThat(result.metrics()).contains(new Metrics(0.25, 2, 6));
    assertThat(federation.manifests)
        .hasSize(3)
        .allSatisfy(
            manifest ->
                assertThat(manifest.evaluation().missing())
                    .containsExactly(new Exclusion(A, Cause.FAILED, reason)));
  }

  /** No class of ours would let these through. */
  @Test
  void answersThatCannotBeReadExcludeTheirSite() {
    federation.trainers.put("a", task -> FakeFederation.update(task, 10));
    federation
        .environment
        .newWorker(A.queue())
        .registerActivitiesImplementations(
            (DynamicActivity)
                arguments ->
                    switch (Activity.getExecutionContext().getInfo().getActivityType()) {
                      case "Prepare" -> new Readiness(A, 10, 2);
                      case "Train" -> Map.of("site", "A b", "attempt", "first");
                      default -> Map.of("accuracy", 1, "loss", 0, "examples", -5);
                    });
    JobResult result = federation.site("b").site("c").run(Map.of("rounds.count", 1));

    assertThat(result.state()).isEqualTo(JobState.COMPLETED);
    assertThat(federation.manifest(1).exclusions())
        .singleElement()
        .satisfies(
            exclusion -> {
              assertThat(exclusion.site()).isEqualTo(A);
              assertThat(exclusion.reason()).startsWith("its answer cannot be read: ");
            });
    assertThat(federation.manifest(1).evaluation().missing())
        .extracting(Exclusion::site)
        .containsExactly(A);
  }

  /** Whole numbers are the only weights that can be said. */
  @Test
  void aWeightThatIsNoNumberExcludesItsSite() {
    federation.trainers.put("a", task -> FakeFederation.update(task, 10));
    federation
        .environment
        .newWorker(A.queue())
        .registerActivitiesImplementations(
            (DynamicActivity)
                arguments ->
                    switch (Activity.getExecutionContext().getInfo().getActivityType()) {
                      case "Prepare" -> new Readiness(A, 10, 2);
                      case "Train" -> withoutWeight(arguments.get(0, TrainTask.class));
                      default -> new Metrics(1, 0, 5);
                    });
    JobResult result = federation.site("b").site("c").run(Map.of("rounds.count", 1));

    assertThat(result.state()).isEqualTo(JobState.COMPLETED);
    assertThat(federation.manifest(1).contributions())
        .extracting(contribution -> contribution.update().site().value())
        .containsExactly("b", "c");
    assertThat(federation.manifest(1).exclusions())
        .singleElement()
        .satisfies(
            exclusion -> {
              assertThat(exclusion.site()).isEqualTo(A);
              assertThat(exclusion.reason())
                  .startsWith("its answer cannot be read: ")
                  .contains("NaN");
            });
  }

  private static Map<String, Object> withoutWeight(TrainTask task) {
    Update good = FakeFederation.update(task, 10);
    return Map.of(
        "site",
        good.site(),
        "attempt",
        good.attempt(),
        "artifact",
        good.artifact(),
        "examples",
        Double.NaN,
        "loss",
        good.loss(),
        "seconds",
        good.seconds());
  }

  @Test
  void aSiteThatAnswersTwiceCountsOnce() {
    List<Update> answers = new ArrayList<>();
    federation
        .site(
            "a",
            task -> {
              Update first = FakeFederation.update(task, 10);
              federation
                  .environment
                  .getWorkflowClient()
                  .newActivityCompletionClient()
                  .complete(Activity.getExecutionContext().getTaskToken(), first);
              answers.add(first);
              return FakeFederation.update(task, 999);
            })
        .site("b")
        .run(Map.of("rounds.count", 2));

    assertThat(answers).hasSize(2);
    for (int round = 1; round <= 2; round++) {
      assertThat(federation.manifest(round).contributions())
          .hasSize(2)
          .extracting(contribution -> contribution.update().examples())
          .containsExactly(10L, 10L);
    }
  }

  /** A payload of Temporal must not exceed 2 MiB, whatever the sites say. */
  @Test
  void longReasonsOfManySitesAreCut() {
    int sites = 400;
    for (int i = 0; i < sites; i++) {
      String name = "s" + i;
      federation.site(
          name,
          task -> {
            throw ApplicationFailure.newNonRetryableFailure(
                name + " " + "x".repeat(5_000), "Broken");
          });
    }
    federation.site("z");
    JobResult result = federation.run(Map.of("rounds.count", 1, "rounds.quorum", 1));

    assertThat(result.state()).isEqualTo(JobState.COMPLETED);
    assertThat(federation.manifest(1).exclusions()).hasSize(sites);
    assertThat(federation.manifest(1).exclusions().toString().length()).isLessThan(300_000);
  }

  @Test
  void aModelWhoseMeasureIsNoNumberIsNotTheBest() {
    federation.central =
        task ->
            new Metrics(0.5, task.round() == 0 || task.round() == 2 ? Double.NaN : task.round(), 9);
    JobResult result =
        federation
            .site("a")
            .run(
                Map.of("rounds.count", 3, "evaluation.central", true, "evaluation.metric", "loss"));

    assertThat(result.best().orElseThrow().round()).isEqualTo(1);
  }
}
