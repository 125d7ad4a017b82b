package io.roundhouse.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.control.MoveSite;
import io.roundhouse.control.MoveSite.Move;
import io.roundhouse.domain.Decision;
import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.Exclusion.Cause;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.RoundManifest.Outcome;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.SiteStatus;
import io.roundhouse.domain.Update;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RoundPoliciesTest {
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
  void failsBelowQuorumByDefault() {
    ApplicationFailure failure =
        federation
            .site("a")
            .site("b", RoundPoliciesTest::broken)
            .failure(Map.of("rounds.count", 2, "rounds.quorum", 2));

    assertThat(failure.getType()).isEqualTo("BelowQuorum");
    assertThat(failure.getOriginalMessage()).contains("needs updates from 2 of 2 sites, ");
    assertThat(federation.manifests).hasSize(1);
  }

  @Test
  void extendsTheDeadlineOnceAndTakesWhatComes() {
    FakeFederation.Gate slow = federation.gate();
    federation.site("a").site("b", slow::pass);
    federation.start(
        Map.of(
            "rounds.count",
            1,
            "rounds.quorum",
            2,
            "rounds.deadline",
            "5h",
            "rounds.belowQuorum",
            "extend",
            "rounds.heartbeat",
            "2h"));
    slow.awaitReached();
    federation.await("the answer of a", () -> federation.round(1).answered() == 1);
    federation.skip(Duration.ofHours(5).plusMinutes(1));
    federation.await("the extension", () -> federation.round(1).phase().equals("training (again)"));
    slow.open();
    federation.await("round 1", () -> federation.manifests.size() == 2);

    assertThat(federation.manifest(1).contributions()).hasSize(2);
    assertThat(federation.manifest(1).carried().decisions())
        .extracting(Decision::text)
        .containsExactly("the deadline was given once more: 1 of 2 updates came");
  }

  @Test
  void extendsTheDeadlineOnlyOnce() {
    FakeFederation.Gate slow = federation.gate();
    federation.site("a").site("b", slow::pass);
    federation.start(
        Map.of(
            "rounds.count",
            1,
            "rounds.quorum",
            2,
            "rounds.deadline",
            "5h",
            "rounds.belowQuorum",
            "extend",
            "rounds.heartbeat",
            "2h"));
    slow.awaitReached();
    federation.await("the answer of a", () -> federation.round(1).answered() == 1);
    federation.skip(Duration.ofHours(5).plusMinutes(1));
    federation.await("the extension", () -> federation.round(1).phase().equals("training (again)"));
    federation.skip(Duration.ofHours(5).plusMinutes(1));

    assertThat(federation.failure().getType()).isEqualTo("BelowQuorum");
  }

  @Test
  void repeatsARoundBelowQuorum() {
    AtomicInteger tries = new AtomicInteger();
    JobResult result =
        federation
            .site("a")
            .site(
                "b",
                task ->
                    task.round() == 2 && tries.incrementAndGet() < 3
                        ? broken(task)
                        : FakeFederation.update(task, 10))
            .run(Map.of("rounds.count", 3, "rounds.quorum", 2, "rounds.belowQuorum", "repeat"));

    assertThat(result.state()).isEqualTo(JobState.COMPLETED);
    assertThat(federation.manifest(2).take()).isEqualTo(3);
    assertThat(federation.manifest(2).carried().decisions())
        .extracting(Decision::text)
        .hasSize(2)
        .allSatisfy(text -> assertThat(text).contains("does it again").contains("b: broken"));
    assertThat(federation.manifest(3).take()).isEqualTo(3);
    assertThat(federation.discarded).containsExactly("2.1", "2.2");
  }

  @Test
  void repeatsOnlySoOften() {
    ApplicationFailure failure =
        federation
            .site("a")
            .site("b", RoundPoliciesTest::broken)
            .failure(
                Map.of(
                    "rounds.count",
                    3,
                    "rounds.quorum",
                    2,
                    "rounds.belowQuorum",
                    "repeat",
                    "rounds.repeats",
                    2));

    assertThat(failure.getType()).isEqualTo("BelowQuorum");
    assertThat(federation.discarded).containsExactly("1.1", "1.2");
  }

  @Test
  void skipsARoundBelowQuorumAndKeepsTheModel() {
    JobResult result =
        federation
            .site("a")
            .site("b", task -> task.round() == 2 ? broken(task) : FakeFederation.update(task, 10))
            .run(Map.of("rounds.count", 3, "rounds.quorum", 2, "rounds.belowQuorum", "skip"));

    assertThat(result.state()).isEqualTo(JobState.COMPLETED);
    assertThat(federation.manifest(2).outcome()).isEqualTo(Outcome.SKIPPED);
    assertThat(federation.manifest(2).model()).isEqualTo(federation.manifest(1).model());
    assertThat(federation.manifest(2).contributions()).isEmpty();
    assertThat(federation.manifest(2).summary().skipped()).isTrue();
    assertThat(federation.manifest(2).exclusions())
        .contains(new Exclusion(new SiteName("b"), Cause.FAILED, "broken"));
    assertThat(federation.manifest(3).outcome()).isEqualTo(Outcome.AGGREGATED);
  }

  @Test
  void asksSpareSitesAndClosesWithTheFastest() {
    FakeFederation.Gate slow = federation.gate();
    federation
        .site("a")
        .site("b")
        .site("c", slow::pass)
        .run(
            Map.of(
                "rounds.count",
                1,
                "rounds.selection",
                Map.of("type", "count", "sites", 2),
                "rounds.spare",
                1,
                "rounds.deadline",
                "9h"));
    slow.open();

    assertThat(federation.manifest(1).selected()).hasSize(3);
    assertThat(federation.manifest(1).contributions()).hasSize(2);
    assertThat(federation.manifest(1).exclusions())
        .extracting(Exclusion::cause)
        .containsExactly(Cause.LATE);
  }

  /** Half of the sites were enough for the quorum until the others were suspended. */
  @Test
  void asksAsManySitesAsTheQuorumNeeds() {
    FakeFederation.Gate gate = federation.gate();
    federation.site("a").site("b").site("c", gate::pass).site("d");
    federation.start(
        Map.of(
            "rounds.count",
            2,
            "rounds.quorum",
            2,
            "rounds.required",
            List.of("c"),
            "rounds.selection",
            Map.of("type", "fraction", "share", 0.5),
            "rounds.heartbeat",
            "30s"));
    gate.awaitReached();
    for (String site : List.of("a", "b")) {
      federation.job().moveSite(new MoveSite("ann", "", new SiteName(site), Move.SUSPEND));
    }
    gate.open();
    JobResult result = federation.result();

    assertThat(result.state()).isEqualTo(JobState.COMPLETED);
    assertThat(federation.manifest(1).selected()).hasSize(2);
    assertThat(federation.manifest(2).selected())
        .containsExactly(new SiteName("c"), new SiteName("d"));
    assertThat(federation.manifest(2).contributions()).hasSize(2);
  }

  @Test
  void suspendsASiteWhoseUpdatesWereRefusedTooOften() {
    federation.quarantine =
        task ->
            task.updates().stream()
                .map(Update::site)
                .filter(new SiteName("b")::equals)
                .map(site -> new Exclusion(site, Cause.QUARANTINED, "holds NaN"))
                .toList();
    federation
        .site("a")
        .site("b")
        .run(Map.of("rounds.count", 4, "rounds.quorum", 1, "updates.suspendAfter", 2));

    assertThat(federation.manifest(2).selected()).hasSize(2);
    assertThat(federation.manifest(3).selected()).containsExactly(new SiteName("a"));
    assertThat(federation.manifest(3).exclusions())
        .containsExactly(
            new Exclusion(
                new SiteName("b"), Cause.SUSPENDED, "its updates were refused in 2 rounds"));
    assertThat(federation.manifest(3).carried().decisions())
        .extracting(Decision::text)
        .containsExactly("suspended b: its updates were refused in 2 rounds");
    assertThat(federation.manifest(4).carried().sites())
        .extracting(SiteStatus::state)
        .containsExactly(SiteStatus.State.SUSPENDED);
  }

  @Test
  void failsWhenMoreUpdatesAreRefusedThanItBears() {
    federation.quarantine =
        task -> List.of(new Exclusion(new SiteName("b"), Cause.QUARANTINED, "holds NaN"));
    ApplicationFailure failure =
        federation
            .site("a")
            .site("b")
            .site("c")
            .failure(Map.of("rounds.count", 4, "updates.failAbove", 0.3));

    assertThat(failure.getType()).isEqualTo("TooManyRefused");
    assertThat(failure.getOriginalMessage())
        .isEqualTo(
            "round 1: 1 of 3 updates were refused, more than the share of 0.3 that the job bears\n"
                + "  b: holds NaN");
  }

  @Test
  void bearsAsManyRefusedUpdatesAsItSays() {
    federation.quarantine =
        task -> List.of(new Exclusion(new SiteName("b"), Cause.QUARANTINED, "holds NaN"));
    JobResult result =
        federation
            .site("a")
            .site("b")
            .site("c")
            .run(Map.of("rounds.count", 2, "updates.failAbove", 0.34));

    assertThat(result.state()).isEqualTo(JobState.COMPLETED);
  }

  @Test
  void refusesAnAnswerInAnothersName() {
    federation
        .site("a", task -> FakeFederation.update(named(task, "b"), 10))
        .site("b")
        .run(Map.of("rounds.count", 1, "rounds.quorum", 1));

    assertThat(federation.manifest(1).contributions())
        .extracting(contribution -> contribution.update().site().value())
        .containsExactly("b");
    assertThat(federation.manifest(1).exclusions())
        .containsExactly(
            new Exclusion(new SiteName("a"), Cause.FAILED, "it answered in the name of b"));
  }

  private static TrainTask named(TrainTask task, String site) {
    return new TrainTask(
        task.job(),
        task.round(),
        task.take(),
        new SiteName(site),
        task.model(),
        task.architecture(),
        task.data(),
        task.training(),
        task.seed());
  }

  private static Update broken(TrainTask task) {
    throw ApplicationFailure.newNonRetryableFailure("broken", "DataInvalid");
  }
}
