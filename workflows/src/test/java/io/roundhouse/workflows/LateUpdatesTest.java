package io.roundhouse.workflows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.roundhouse.control.Abort;
import io.roundhouse.control.DecideLate;
import io.roundhouse.control.MoveSite;
import io.roundhouse.control.MoveSite.Move;
import io.roundhouse.control.Pause;
import io.roundhouse.control.Resume;
import io.roundhouse.control.Rewind;
import io.roundhouse.domain.Contribution;
import io.roundhouse.domain.Decision;
import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.Exclusion.Cause;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.SiteStatus.State;
import io.roundhouse.domain.Update;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LateUpdatesTest {
  private final FakeFederation federation = new FakeFederation();

  @BeforeEach
  void record(TestInfo test) {
    federation.record(test);
  }

  @AfterEach
  void stop() {
    federation.close();
  }

  private final FakeFederation.Gate late = federation.gate();
  private final FakeFederation.Gate third = federation.gate();

  /** Site b answers round 1 when told to; round 3 goes on when told to. */
  private FakeFederation slowSite() {
    return federation
        .site("a", task -> task.round() == 3 ? third.pass(task) : FakeFederation.update(task, 10))
        .site("b", task -> task.round() == 1 ? late.pass(task) : FakeFederation.update(task, 7));
  }

  private static Map<String, Object> settings(Map<String, Object> lateSpec, Object... more) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("rounds.count", 5);
    settings.put("rounds.quorum", 1);
    settings.put("rounds.deadline", "9h");
    settings.put("rounds.heartbeat", "9h");
    settings.put("rounds.late", lateSpec);
    for (int i = 0; i < more.length; i += 2) {
      settings.put((String) more[i], more[i + 1]);
    }
    return settings;
  }

  /** Lets the deadline of round 1 pass, and waits for round 3. */
  private void closeRoundOne() {
    late.awaitReached();
    federation.await("the answer of a", () -> federation.round(1).answered() == 1);
    federation.skip(Duration.ofHours(9).plusMinutes(1));
    third.awaitReached();
  }

  @Test
  void discardsLateUpdatesByDefault() {
    slowSite();
    federation.start(settings(Map.of("type", "discard")));
    closeRoundOne();
    third.open();
    federation.result();

    assertThat(federation.manifest(1).exclusions())
        .containsExactly(
            new Exclusion(new SiteName("b"), Cause.LATE, "the round closed before it answered"));
    assertThat(federation.kept).isEmpty();
    assertThat(federation.aggregated).allSatisfy(task -> assertThat(task.late()).isEmpty());
  }

  @Test
  void foldsALateUpdateIntoTheNextRound() {
    slowSite();
    federation.start(settings(Map.of("type", "fold")));
    closeRoundOne();
    assertThat(federation.state("b")).isEqualTo(State.BUSY);
    assertThat(federation.manifest(2).selected()).containsExactly(new SiteName("a"));
    late.open();
    federation.await("the late update", () -> federation.job().status().late().size() == 1);
    assertThat(federation.kept).extracting(LateUpdate::round).containsExactly(1);
    third.open();
    federation.result();

    assertThat(federation.manifest(3).late()).isEmpty();
    assertThat(federation.manifest(4).late()).extracting(LateUpdate::round).containsExactly(1);
    assertThat(federation.manifest(4).contributions())
        .filteredOn(contribution -> contribution.staleness() == 3)
        .extracting(Contribution::update)
        .extracting(Update::site)
        .containsExactly(new SiteName("b"));
    assertThat(federation.manifest(4).summary().late()).isEqualTo(1);
    assertThat(federation.manifest(5).late()).isEmpty();
  }

  @Test
  void doesNotFoldWhatIsTooOld() {
    slowSite();
    federation.start(settings(Map.of("type", "fold", "oldest", 2)));
    closeRoundOne();
    late.open();
    federation.await("the late update", () -> federation.job().status().late().size() == 1);
    third.open();
    federation.result();

    assertThat(federation.manifest(4).late()).isEmpty();
    assertThat(federation.manifest(4).carried().decisions())
        .extracting(Decision::text)
        .containsExactly("discarded the update of b from round 1, which is too late for round 4");
  }

  @Test
  void saysWhenALateUpdateWillNotCome() {
    slowSite();
    federation.trainers.put(
        "b",
        task -> {
          if (task.round() == 1) {
            late.pass(task);
            throw ApplicationFailure.newNonRetryableFailure("the disk is full", "TrainingFailed");
          }
          return FakeFederation.update(task, 7);
        });
    federation.start(settings(Map.of("type", "fold")));
    closeRoundOne();
    late.open();
    federation.await("b", () -> federation.state("b") == State.READY);
    third.open();
    federation.result();

    assertThat(federation.manifest(4).carried().decisions())
        .extracting(Decision::text)
        .containsExactly("no update of b from round 1 will come: the disk is full");
    assertThat(federation.manifest(4).selected()).hasSize(2);
  }

  @Test
  void givesUpALateUpdateAfterItsTime() {
    slowSite();
    federation.start(settings(Map.of("type", "fold", "within", "4h")));
    closeRoundOne();
    federation.skip(Duration.ofHours(4).plusMinutes(1));
    federation.await("b", () -> federation.state("b") == State.READY);
    third.open();
    late.open();
    federation.result();

    assertThat(federation.kept).isEmpty();
    assertThat(federation.manifest(4).carried().decisions())
        .extracting(Decision::text)
        .containsExactly("no update of b from round 1 will come: it did not answer in time");
  }

  @Test
  void holdsALateUpdateUntilAnOperatorAcceptsIt() {
    slowSite();
    federation.start(settings(Map.of("type", "hold")));
    closeRoundOne();
    late.open();
    federation.await("the late update", () -> federation.job().status().late().size() == 1);
    federation.job().decideLate(new DecideLate("ann", "looks good", new SiteName("b"), 1, true));
    third.open();
    federation.result();

    assertThat(federation.manifest(4).late()).extracting(LateUpdate::round).containsExactly(1);
    assertThat(federation.manifest(4).carried().decisions())
        .extracting(Decision::by, Decision::text)
        .containsExactly(tuple("ann", "accepted the late update of b from round 1 (looks good)"));
  }

  @Test
  void usesNoHeldUpdateThatNobodyAccepted() {
    slowSite();
    federation.start(settings(Map.of("type", "hold")));
    closeRoundOne();
    late.open();
    federation.await("the late update", () -> federation.job().status().late().size() == 1);
    third.open();
    federation.result();

    assertThat(federation.aggregated).allSatisfy(task -> assertThat(task.late()).isEmpty());
  }

  @Test
  void discardsALateUpdateAtAnOperatorsWord() {
    slowSite();
    federation.start(settings(Map.of("type", "fold")));
    closeRoundOne();
    late.open();
    federation.await("the late update", () -> federation.job().status().late().size() == 1);
    federation.job().decideLate(new DecideLate("ann", "", new SiteName("b"), 1, false));
    assertThat(federation.job().status().late()).isEmpty();
    third.open();
    federation.result();

    assertThat(federation.aggregated).allSatisfy(task -> assertThat(task.late()).isEmpty());
  }

  @Test
  void doesNotDiscardALateUpdateThatARunningRoundHas() {
    FakeFederation.Gate fourth = federation.gate();
    slowSite();
    federation.trainers.put(
        "a",
        task ->
            switch (task.round()) {
              case 3 -> third.pass(task);
              case 4 -> fourth.pass(task);
              default -> FakeFederation.update(task, 10);
            });
    federation.start(settings(Map.of("type", "fold")));
    closeRoundOne();
    late.open();
    federation.await("the late update", () -> federation.job().status().late().size() == 1);
    third.open();
    fourth.awaitReached();
    DecideLate order = new DecideLate("ann", "", new SiteName("b"), 1, false);
    assertThat(FakeFederation.refusal(() -> federation.job().decideLate(order)))
        .isEqualTo(
            "the late update of b from round 1 is in round 4, which runs, perhaps you should"
                + " rewind the job after it");
    fourth.open();
    federation.result();

    assertThat(federation.manifest(4).late()).hasSize(1);
  }

  @Test
  void usesNoLateUpdateOfASiteThatWasSuspended() {
    slowSite();
    federation.start(settings(Map.of("type", "fold")));
    closeRoundOne();
    late.open();
    federation.await("the late update", () -> federation.job().status().late().size() == 1);
    federation.job().moveSite(new MoveSite("ann", "", new SiteName("b"), Move.SUSPEND));
    third.open();
    federation.result();

    assertThat(federation.aggregated).allSatisfy(task -> assertThat(task.late()).isEmpty());
    assertThat(federation.manifest(4).carried().decisions())
        .extracting(Decision::text)
        .containsExactly(
            "discarded the update of b from round 1, since the site is out of the job",
            "suspended b");
  }

  @Test
  void usesNoLateUpdateThatComesFromASiteThatHasLeft() {
    slowSite();
    federation.start(settings(Map.of("type", "fold")));
    closeRoundOne();
    federation.job().moveSite(new MoveSite("ann", "", new SiteName("b"), Move.LEAVE));
    late.open();
    federation.await(
        "the late update",
        () ->
            federation.job().status().decisions().stream()
                .anyMatch(decision -> decision.text().startsWith("discarded the update of b")));
    third.open();
    federation.result();

    assertThat(federation.aggregated).allSatisfy(task -> assertThat(task.late()).isEmpty());
  }

  @Test
  void aRewindForgetsWhatWasTrainedOnLaterModels() {
    slowSite();
    federation.start(settings(Map.of("type", "fold"), "rounds.heartbeat", "1s"));
    closeRoundOne();
    federation.job().rewind(new Rewind("ann", "", 0));
    late.awaitEnded();
    late.open();
    third.open();
    federation.await("b", () -> federation.state("b") == State.READY);
    federation.result();

    assertThat(federation.aggregated).allSatisfy(task -> assertThat(task.late()).isEmpty());
    assertThat(federation.manifests)
        .filteredOn(manifest -> manifest.take() > 1)
        .hasSize(5)
        .allSatisfy(manifest -> assertThat(manifest.selected()).hasSize(2));
  }

  /** It can have closed at the moment in which an order stops it. */
  @Test
  void aPauseLeavesNoSiteBusyForEver() {
    slowSite();
    federation.start(settings(Map.of("type", "fold"), "rounds.heartbeat", "1s"));
    closeRoundOne();
    federation.job().pause(new Pause("ann", "", true));
    federation.await(JobState.PAUSED);
    late.open();
    third.open();
    federation.await("b", () -> federation.state("b") == State.READY);
    federation.job().resume(new Resume("ann", ""));

    assertThat(federation.result().state()).isEqualTo(JobState.COMPLETED);
  }

  @Test
  void buffersUpdatesAndAggregatesWhenEnoughHaveCome() {
    federation
        .site("a")
        .site("b", task -> task.round() == 1 ? late.pass(task) : FakeFederation.update(task, 7))
        .site("c", task -> task.round() == 2 ? third.pass(task) : FakeFederation.update(task, 7));
    federation.start(
        Map.of(
            "rounds.count",
            2,
            "rounds.late",
            Map.of("type", "buffer", "size", 2),
            "rounds.deadline",
            "9h",
            "rounds.heartbeat",
            "30s"));
    third.awaitReached();
    assertThat(federation.manifest(1).contributions()).hasSize(2);
    late.open();
    JobResult result = federation.result();
    third.open();

    assertThat(result.state()).isEqualTo(JobState.COMPLETED);
    assertThat(federation.manifest(2).contributions())
        .extracting(contribution -> contribution.update().site().value())
        .containsExactlyInAnyOrder("a", "b");
    assertThat(federation.manifest(2).late()).hasSize(1);
  }

  @Test
  void tellsLateSitesToStopWhenTheJobEnds() {
    slowSite();
    federation.start(settings(Map.of("type", "fold"), "rounds.heartbeat", "1s"));
    closeRoundOne();
    federation.job().abort(new Abort("ann", "enough"));
    assertThat(federation.result().state()).isEqualTo(JobState.ABORTED);

    late.awaitEnded();
  }
}
