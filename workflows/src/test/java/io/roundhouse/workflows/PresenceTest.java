package io.roundhouse.workflows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.roundhouse.control.Change;
import io.roundhouse.control.MoveSite;
import io.roundhouse.control.MoveSite.Move;
import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.Exclusion.Cause;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.JobStatus;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.SiteStatus;
import io.roundhouse.domain.SiteStatus.State;
import io.temporal.api.enums.v1.TimeoutType;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.TimeoutFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PresenceTest {
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
  void neverAsksASiteThatDoesNotAnswerTheCall() {
    federation
        .site("a")
        .site("b")
        .absentSite("c")
        .run(Map.of("rounds.count", 3, "rounds.quorum", 2));

    for (int round = 1; round <= 3; round++) {
      assertThat(federation.manifest(round).selected()).hasSize(2);
      assertThat(federation.manifest(round).exclusions())
          .extracting(Exclusion::site, Exclusion::cause)
          .containsExactly(tuple(new SiteName("c"), Cause.OFFLINE));
    }
  }

  /** The second call is answered when the site opens; the server skips the time until then. */
  @Test
  void aSiteOutsideItsHoursIsOfflineUntilItOpens() {
    AtomicBoolean opened = new AtomicBoolean();
    federation.prepare =
        task -> {
          if (task.site().equals(new SiteName("b")) && !opened.get()) {
            if (!task.again()) {
              throw ApplicationFailure.newNonRetryableFailure(
                  "opens at 22:00", PrepareActivities.SITE_CLOSED);
            }
            opened.set(true);
            throw ApplicationFailure.newBuilder()
                .setMessage("opens at 22:00")
                .setType(PrepareActivities.SITE_CLOSED)
                .setNextRetryDelay(Duration.ofHours(8))
                .build();
          }
          return new Readiness(task.site(), 10, 2);
        };
    long before = federation.environment.currentTimeMillis();
    federation
        .site("a")
        .site("b")
        .run(Map.of("rounds.count", 1, "rounds.quorum", 2, "rounds.waitForSites", "1d"));

    assertThat(federation.manifest(0).selected()).isEmpty();
    assertThat(federation.manifest(1).contributions()).hasSize(2);
    assertThat(federation.environment.currentTimeMillis() - before)
        .isGreaterThanOrEqualTo(Duration.ofHours(8).toMillis());
  }

  /** It was there at the call and has closed since; what the job waits for says so. */
  @Test
  void aSiteThatClosesInMidJobIsWaitedFor() {
    AtomicBoolean closed = new AtomicBoolean(true);
    CountDownLatch opening = new CountDownLatch(1);
    federation.prepare =
        task -> {
          if (task.again()) {
            awaitLatch(opening);
          }
          return new Readiness(task.site(), 10, 2);
        };
    federation
        .site("a")
        .site(
            "b",
            task -> {
              if (closed.getAndSet(false)) {
                throw ApplicationFailure.newNonRetryableFailure(
                    "opens at 22:00", PrepareActivities.SITE_CLOSED);
              }
              return FakeFederation.update(task, 10);
            });
    federation.start(Map.of("rounds.count", 1, "rounds.quorum", 2));
    JobStatus blocked = federation.await(JobState.BLOCKED);
    assertThat(blocked.message()).contains("b closed: opens at 22:00");
    opening.countDown();
    federation.result();

    assertThat(federation.manifest(1).contributions()).hasSize(2);
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void asksASiteAgainThatHasComeBack() {
    FakeFederation.Gate first = federation.gate();
    federation
        .site("a", task -> task.round() == 1 ? first.pass(task) : FakeFederation.update(task, 10))
        .absentSite("b");
    federation.start(Map.of("rounds.count", 2, "rounds.quorum", 1, "rounds.heartbeat", "30s"));
    first.awaitReached();
    federation.comeBack("b");
    federation.await("b", () -> federation.state("b") == State.READY);
    first.open();
    federation.result();

    assertThat(federation.manifest(1).selected()).containsExactly(new SiteName("a"));
    assertThat(federation.manifest(2).selected()).hasSize(2);
    assertThat(federation.manifest(2).contributions()).hasSize(2);
  }

  @Test
  void saysWhatItNeedsWhileItIsBlockedAndGoesOnByItself() {
    federation.site("a").site("b").absentSite("c");
    federation.start(Map.of("rounds.count", 1, "rounds.quorum", 3, "rounds.waitForSites", "9h"));
    JobStatus status = federation.await(JobState.BLOCKED);

    assertThat(status.message()).isEqualTo("needs 3 sites, 2 are here (c never seen)");
    assertThat(status.missing()).extracting(SiteStatus::site).containsExactly(new SiteName("c"));
    federation.comeBack("c");
    JobResult result = federation.result();
    assertThat(result.state()).isEqualTo(JobState.COMPLETED);
    assertThat(federation.manifest(1).contributions()).hasSize(3);
  }

  @Test
  void failsAtTheLimitOfItsWaitingWithTheReason() {
    federation.site("a").site("b").absentSite("c");
    federation.start(Map.of("rounds.count", 1, "rounds.quorum", 3, "rounds.waitForSites", "9h"));
    federation.await(JobState.BLOCKED);
    federation.skip(Duration.ofHours(9).plusMinutes(1));

    ApplicationFailure failure = federation.failure();
    assertThat(failure.getType()).isEqualTo("Blocked");
    assertThat(failure.getOriginalMessage())
        .isEqualTo("blocked for 9h: needs 3 sites, 2 are here (c never seen)");
    assertThat(federation.results)
        .singleElement()
        .extracting(JobResult::state)
        .isEqualTo(JobState.FAILED);
  }

  @Test
  void waitsForARequiredSite() {
    federation.site("a").site("b").absentSite("c");
    federation.start(
        Map.of(
            "rounds.count",
            1,
            "rounds.quorum",
            1,
            "rounds.required",
            List.of("c"),
            "rounds.waitForSites",
            "9h"));
    JobStatus status = federation.await(JobState.BLOCKED);

    assertThat(status.missing()).extracting(SiteStatus::site).containsExactly(new SiteName("c"));
    federation.comeBack("c");
    federation.result();
    assertThat(federation.manifest(1).selected()).contains(new SiteName("c"));
  }

  @Test
  void goesOnWhenTheQuorumIsLowered() {
    federation.site("a").site("b").absentSite("c");
    federation.start(Map.of("rounds.count", 1, "rounds.quorum", 3, "rounds.waitForSites", "9h"));
    federation.await(JobState.BLOCKED);
    federation.job().change(new Change("ann", "", Map.of("rounds", Map.of("quorum", 2))));

    assertThat(federation.result().state()).isEqualTo(JobState.COMPLETED);
  }

  @Test
  void goesOnWhenAnotherSiteJoins() {
    federation.site("a").absentSite("b");
    federation.start(Map.of("rounds.count", 1, "rounds.quorum", 2, "rounds.waitForSites", "9h"));
    federation.await(JobState.BLOCKED);
    federation.comeBack("z");
    federation.job().moveSite(new MoveSite("ann", "", new SiteName("z"), Move.JOIN));
    federation.result();

    assertThat(federation.manifest(1).selected())
        .containsExactly(new SiteName("a"), new SiteName("z"));
  }

  @Test
  void failsAtOnceWithEveryReasonWhenTooManySitesCannotTakePart() {
    federation.prepare = PresenceTest::unfit;
    ApplicationFailure failure =
        federation.site("a").site("b").failure(Map.of("rounds.count", 3, "rounds.quorum", 1));

    assertThat(failure.getType()).isEqualTo("SitesUnfit");
    assertThat(failure.getOriginalMessage())
        .isEqualTo(
            """
            2 of 2 sites cannot take part
              a, b: no data set is bound to "digits\"""");
    assertThat(federation.trained).isEmpty();
  }

  @Test
  void goesOnWithoutAnUnfitSiteAndSaysWhy() {
    Set<String> cured = ConcurrentHashMap.newKeySet();
    federation.prepare =
        task ->
            task.site().value().equals("b") && !cured.contains("b")
                ? unfit(task)
                : new Readiness(task.site(), 10, 2);
    FakeFederation.Gate gate = federation.gate();
    federation
        .site("a", task -> task.round() == 1 ? gate.pass(task) : FakeFederation.update(task, 10))
        .site("b");
    federation.start(Map.of("rounds.count", 2, "rounds.quorum", 1, "rounds.heartbeat", "30s"));
    gate.awaitReached();
    assertThat(federation.state("b")).isEqualTo(State.UNFIT);
    cured.add("b");
    federation.job().moveSite(new MoveSite("ann", "bound", new SiteName("b"), Move.RESTORE));
    federation.await("b", () -> federation.state("b") == State.READY);
    gate.open();
    federation.result();

    assertThat(federation.manifest(1).exclusions())
        .containsExactly(
            new Exclusion(new SiteName("b"), Cause.UNFIT, "no data set is bound to \"digits\""));
    assertThat(federation.manifest(2).contributions()).hasSize(2);
  }

  @Test
  void doesARoundAgainThatLackedASiteBecauseItWentOffline() {
    AtomicBoolean gone = new AtomicBoolean();
    federation
        .site("a")
        .site(
            "b",
            task -> {
              if (task.round() == 2 && gone.compareAndSet(false, true)) {
                throw new TimeoutFailure("silent", null, TimeoutType.TIMEOUT_TYPE_HEARTBEAT);
              }
              return FakeFederation.update(task, 10);
            });
    JobResult result = federation.run(Map.of("rounds.count", 2, "rounds.quorum", 2));

    assertThat(result.state()).isEqualTo(JobState.COMPLETED);
    assertThat(federation.manifest(2).contributions()).hasSize(2);
  }

  /** Its worker comes back each time, and dies of each training. */
  @Test
  void doesARoundAgainForASiteThatGoesOfflineOverAndOverButNotForEver() {
    federation
        .site("a")
        .site(
            "b",
            task -> {
              throw new TimeoutFailure("silent", null, TimeoutType.TIMEOUT_TYPE_HEARTBEAT);
            });
    federation.start(
        Map.of(
            "rounds.count",
            2,
            "rounds.quorum",
            2,
            "rounds.waitForSites",
            "90d",
            "rounds.deadline",
            "90d",
            "rounds.offlineAfter",
            "9d"));
    federation.await(
        "the end",
        () -> {
          federation.skip(Duration.ofSeconds(5));
          return federation.job().status().state() == JobState.FAILED;
        });

    ApplicationFailure failure = federation.failure();
    assertThat(failure.getType()).isEqualTo("BelowQuorum");
    assertThat(failure.getOriginalMessage())
        .startsWith("begun again 20 times, and still: round 1 needs updates from 2 of 2 sites")
        .contains("b: it fell silent in the middle of its task");
    assertThat(federation.discarded).hasSize(20);
  }

  @Test
  void waitsForTheLastSiteWhenAllAreSuspendedAndFailsAtItsLimit() {
    FakeFederation.Gate gate = federation.gate();
    federation.site("a", gate::pass).site("b");
    federation.start(
        Map.of(
            "rounds.count",
            2,
            "rounds.quorum",
            1,
            "rounds.heartbeat",
            "30s",
            "rounds.waitForSites",
            "9h"));
    gate.awaitReached();
    for (String site : List.of("a", "b")) {
      federation.job().moveSite(new MoveSite("ann", "audit", new SiteName(site), Move.SUSPEND));
    }
    gate.open();
    JobStatus status = federation.await(JobState.BLOCKED);
    assertThat(status.message())
        .startsWith("needs 1 site, 0 are here (a suspended, last seen ")
        .contains(", b suspended, last seen ");
    federation.skip(Duration.ofHours(9).plusMinutes(1));

    assertThat(federation.failure().getOriginalMessage())
        .startsWith("blocked for 9h: needs 1 site, 0 are here");
  }

  @Test
  void saysWhatUnfitSitesLackWhileItIsBlocked() {
    federation.prepare =
        task -> task.site().value().equals("c") ? unfit(task) : new Readiness(task.site(), 10, 2);
    federation.site("a").site("b").site("c").absentSite("d");
    federation.start(Map.of("rounds.count", 1, "rounds.quorum", 3, "rounds.waitForSites", "9h"));
    JobStatus status = federation.await(JobState.BLOCKED);

    assertThat(status.message())
        .isEqualTo(
            "needs 3 sites, 2 are here (c cannot take part: no data set is bound to \"digits\", d"
                + " never seen)");
  }

  @Test
  void asksASiteThatLeftAndJoinedWithinARound() {
    FakeFederation.Gate gate = federation.gate();
    federation
        .site("a", task -> task.round() == 1 ? gate.pass(task) : FakeFederation.update(task, 10))
        .site("b");
    federation.start(Map.of("rounds.count", 2, "rounds.quorum", 1, "rounds.heartbeat", "30s"));
    gate.awaitReached();
    federation.job().moveSite(new MoveSite("ann", "", new SiteName("b"), Move.LEAVE));
    federation.job().moveSite(new MoveSite("ann", "", new SiteName("b"), Move.JOIN));
    federation.await("b", () -> federation.state("b") == State.READY);
    gate.open();
    federation.result();

    assertThat(federation.manifest(1).contributions()).hasSize(2);
    assertThat(federation.manifest(2).contributions()).hasSize(2);
  }

  private static Readiness unfit(PrepareTask task) {
    throw ApplicationFailure.newNonRetryableFailure(
        "no data set is bound to \"digits\"", "DataUnknown");
  }
}
