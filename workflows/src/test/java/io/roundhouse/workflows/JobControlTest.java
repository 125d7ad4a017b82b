package io.roundhouse.workflows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.roundhouse.control.Abort;
import io.roundhouse.control.Approve;
import io.roundhouse.control.Change;
import io.roundhouse.control.DecideLate;
import io.roundhouse.control.MoveSite;
import io.roundhouse.control.MoveSite.Move;
import io.roundhouse.control.Pause;
import io.roundhouse.control.Resume;
import io.roundhouse.control.Rewind;
import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Decision;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.SiteStatus;
import io.roundhouse.domain.SiteStatus.State;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JobControlTest {
  private final FakeFederation federation = new FakeFederation();

  @BeforeEach
  void record(TestInfo test) {
    federation.record(test);
  }

  @AfterEach
  void stop() {
    federation.close();
  }

  private final FakeFederation.Gate gate = federation.gate();

  /** Round 2 goes on when told to. */
  private FederatedJob startAndReachRoundTwo(Map<String, Object> settings) {
    federation
        .site("a", task -> task.round() == 2 ? gate.pass(task) : FakeFederation.update(task, 10))
        .site("b");
    federation.start(settings);
    gate.awaitReached();
    return federation.job();
  }

  private static Map<String, Object> rounds(int count) {
    return Map.of("rounds.count", count, "rounds.heartbeat", "1s");
  }

  @Test
  void pausesAfterTheRoundAndGoesOn() {
    FederatedJob job = startAndReachRoundTwo(rounds(4));
    job.pause(new Pause("ann", "lunch", false));
    gate.open();
    federation.await(JobState.PAUSED);
    assertThat(job.status().message()).isEqualTo("paused after round 2");
    federation.skip(Duration.ofDays(30));
    assertThat(job.status().state()).isEqualTo(JobState.PAUSED);
    job.resume(new Resume("bob", ""));
    federation.result();

    assertThat(federation.manifests).hasSize(5);
    assertThat(federation.manifest(3).carried().decisions())
        .extracting(Decision::by, Decision::round, Decision::text)
        .containsExactly(
            tuple("ann", 1, "paused the job (lunch)"), tuple("bob", 2, "resumed the job"));
    assertThat(federation.manifest(2).carried().decisions()).isEmpty();
  }

  @Test
  void pausesAtOnceAndDoesTheRoundAgain() {
    FederatedJob job = startAndReachRoundTwo(rounds(3));
    job.pause(new Pause("ann", "", true));
    federation.await(JobState.PAUSED);
    gate.awaitEnded();
    assertThat(federation.discarded).containsExactly("2.1");
    gate.open();
    job.resume(new Resume("ann", ""));
    federation.result();

    assertThat(federation.manifest(2).take()).isEqualTo(2);
    assertThat(federation.manifest(2).contributions()).hasSize(2);
    assertThat(federation.manifest(2).carried().decisions())
        .extracting(Decision::text)
        .containsExactly("paused the job at once", "resumed the job");
  }

  @Test
  void abortsInGoodOrder() {
    FederatedJob job = startAndReachRoundTwo(rounds(9));
    job.abort(new Abort("ann", "wrong data"));
    JobResult result = federation.result();

    assertThat(result.state()).isEqualTo(JobState.ABORTED);
    assertThat(result.reason()).isEqualTo("aborted by ann: wrong data");
    assertThat(result.best()).isPresent();
    assertThat(result.rounds()).isEqualTo(1);
    assertThat(federation.results).containsExactly(result);
    gate.awaitEnded();
  }

  @Test
  void abortsWhilePaused() {
    FederatedJob job = startAndReachRoundTwo(rounds(9));
    job.pause(new Pause("ann", "", false));
    gate.open();
    federation.await(JobState.PAUSED);
    job.abort(new Abort("ann", ""));

    assertThat(federation.result().state()).isEqualTo(JobState.ABORTED);
  }

  @Test
  void changesTrainingFromTheNextRoundOn() {
    FederatedJob job = startAndReachRoundTwo(rounds(3));
    job.change(
        new Change(
            "ann",
            "too slow",
            Map.of("training", Map.of("learningRate", 0.5), "rounds", Map.of("deadline", "2h"))));
    gate.open();
    federation.result();

    assertThat(federation.trained)
        .filteredOn(task -> task.round() < 3)
        .allSatisfy(task -> assertThat(task.training().learningRate()).isEqualTo(0.1));
    assertThat(federation.trained)
        .filteredOn(task -> task.round() == 3)
        .hasSize(2)
        .allSatisfy(task -> assertThat(task.training().learningRate()).isEqualTo(0.5));
    assertThat(federation.manifest(3).carried().settings())
        .isEqualTo(
            Map.of("training", Map.of("learningRate", 0.5), "rounds", Map.of("deadline", "2h")));
    assertThat(job.spec())
        .extractingByKey("rounds")
        .asInstanceOf(InstanceOfAssertFactories.MAP)
        .containsEntry("deadline", "2h");
  }

  @Test
  void changesTheNumberOfRoundsAndTheQuorum() {
    FederatedJob job = startAndReachRoundTwo(rounds(9));
    job.change(new Change("ann", "", Map.of("rounds", Map.of("count", 3, "quorum", 1))));
    gate.open();

    assertThat(federation.result().reason()).isEqualTo("all 3 rounds done");
  }

  @Test
  void takesAValueAwayThatIsChangedToNothing() {
    FederatedJob job =
        startAndReachRoundTwo(
            Map.of("rounds.count", 3, "rounds.heartbeat", "1s", "rounds.quorum", 2));
    Map<String, Object> noQuorum = new HashMap<>();
    noQuorum.put("quorum", null);
    job.moveSite(new MoveSite("ann", "", new SiteName("b"), Move.LEAVE));
    job.change(new Change("ann", "", Map.of("rounds", noQuorum)));
    gate.open();

    assertThat(federation.result().state()).isEqualTo(JobState.COMPLETED);
    assertThat(federation.manifest(3).selected()).containsExactly(new SiteName("a"));
  }

  @Test
  void refusesAChangeWithEveryProblem() {
    FederatedJob job = startAndReachRoundTwo(rounds(3));

    assertThat(
            FakeFederation.refusal(
                () ->
                    job.change(
                        new Change(
                            "ann",
                            "",
                            Map.of(
                                "training", Map.of("learningRat", 0.5),
                                "rounds", Map.of("quorum", 9))))))
        .contains("2 problems")
        .contains("training.learningRat: is not a known key, perhaps you should write learningRate")
        .contains("rounds.quorum: is 9, but a round takes only 2 updates");
    assertThat(
            FakeFederation.refusal(
                () -> job.change(new Change("ann", "", Map.of("model", Map.of())))))
        .contains("model: cannot be changed while the job runs");
    assertThat(
            FakeFederation.refusal(
                () -> job.change(new Change("ann", "", Map.of("rounds", Map.of("count", 0))))))
        .contains("rounds.count");
    assertThat(FakeFederation.refusal(() -> job.change(new Change("ann", "", Map.of()))))
        .contains("nothing is changed");
    assertThat(job.status().decisions()).isEmpty();
    gate.open();
    federation.result();
  }

  @Test
  void refusesAChangeForWhatItMakesWrongOnly() {
    FederatedJob job =
        startAndReachRoundTwo(
            Map.of("rounds.count", 3, "rounds.heartbeat", "1s", "rounds.target", 2));
    job.moveSite(new MoveSite("ann", "", new SiteName("b"), Move.LEAVE));

    job.change(new Change("ann", "", Map.of("rounds", Map.of("deadline", "2h"))));

    assertThat(
            FakeFederation.refusal(
                () -> job.change(new Change("ann", "", Map.of("rounds", Map.of("target", 3))))))
        .contains("1 problem in")
        .contains("rounds.target: is 3, but a round takes only 1 update;");
    gate.open();
    assertThat(federation.result().state()).isEqualTo(JobState.COMPLETED);
  }

  @Test
  void letsASiteJoin() {
    FederatedJob job = startAndReachRoundTwo(rounds(3));
    federation.comeBack("z");
    job.moveSite(new MoveSite("ann", "", new SiteName("z"), Move.JOIN));
    federation.await("z", () -> federation.state("z") == State.READY);
    gate.open();
    federation.result();

    assertThat(federation.manifest(2).selected()).hasSize(2);
    assertThat(federation.manifest(3).selected()).contains(new SiteName("z"));
    assertThat(federation.manifest(3).carried().sites())
        .extracting(SiteStatus::site)
        .containsExactly(new SiteName("z"));
  }

  @Test
  void letsASiteLeave() {
    FederatedJob job = startAndReachRoundTwo(rounds(3));
    job.moveSite(new MoveSite("ann", "merged", new SiteName("b"), Move.LEAVE));
    gate.open();
    federation.result();

    assertThat(federation.manifest(2).contributions()).hasSize(2);
    assertThat(federation.manifest(3).selected()).containsExactly(new SiteName("a"));
    assertThat(federation.manifest(3).exclusions()).isEmpty();
  }

  @Test
  void goesOnAcrossContinueAsNewThoughASiteHasLeft() {
    Map<String, Object> selection = Map.of("type", "count", "sites", 2);
    FederatedJob job =
        startAndReachRoundTwo(
            Map.of("rounds.count", 60, "rounds.heartbeat", "1s", "rounds.selection", selection));
    job.moveSite(new MoveSite("ann", "", new SiteName("b"), Move.LEAVE));
    gate.open();

    assertThat(federation.result().rounds()).isEqualTo(60);
  }

  @Test
  void suspendsASiteAndRestoresIt() {
    FederatedJob job = startAndReachRoundTwo(rounds(4));
    job.moveSite(new MoveSite("ann", "odd values", new SiteName("b"), Move.SUSPEND));
    job.pause(new Pause("ann", "", false));
    gate.open();
    federation.await(JobState.PAUSED);
    job.change(new Change("ann", "", Map.of("approval", Map.of("every", 3))));
    job.resume(new Resume("ann", ""));
    federation.await(JobState.AWAITING_APPROVAL);
    job.moveSite(new MoveSite("ann", "", new SiteName("b"), Move.RESTORE));
    federation.await("b", () -> federation.state("b") == State.READY);
    job.approve(new Approve("ann", "", 3));
    federation.result();

    assertThat(federation.manifest(3).selected()).containsExactly(new SiteName("a"));
    assertThat(federation.manifest(3).exclusions().get(0).reason())
        .isEqualTo("suspended by ann: odd values");
    assertThat(federation.manifest(4).selected()).hasSize(2);
  }

  @Test
  void goesBackToAnEarlierRound() {
    federation
        .site("a", task -> task.round() == 4 ? gate.pass(task) : FakeFederation.update(task, 10))
        .site("b");
    federation.start(rounds(4));
    gate.awaitReached();
    FederatedJob job = federation.job();
    Artifact modelOfOne = federation.manifest(1).model();
    job.rewind(new Rewind("ann", "poisoned", 1));
    gate.open();
    JobResult result = federation.result();

    assertThat(result.state()).isEqualTo(JobState.COMPLETED);
    assertThat(federation.manifests)
        .extracting(RoundManifest::round)
        .containsExactly(0, 1, 2, 3, 2, 3, 4);
    assertThat(federation.trained)
        .filteredOn(task -> task.round() == 2 && task.take() > 1)
        .hasSize(2)
        .allSatisfy(task -> assertThat(task.model()).isEqualTo(modelOfOne));
    assertThat(federation.manifest(2).carried().decisions())
        .extracting(Decision::text)
        .containsExactly("went back to round 1 (poisoned)");
  }

  @Test
  void refusesToGoBackToARoundThatIsNotThere() {
    FederatedJob job = startAndReachRoundTwo(rounds(3));

    assertThat(FakeFederation.refusal(() -> job.rewind(new Rewind("ann", "", 2))))
        .isEqualTo("there is no round 2 to go back to, the last finished one is 1");
    assertThat(FakeFederation.refusal(() -> job.rewind(new Rewind("ann", "", -1))))
        .contains("no round -1");
    gate.open();
    federation.result();
  }

  @Test
  void waitsForApprovalForDays() {
    federation.site("a").site("b");
    federation.start(Map.of("rounds.count", 2, "approval.every", 1, "approval.within", "7d"));
    federation.await(JobState.AWAITING_APPROVAL);
    federation.skip(Duration.ofDays(6));
    assertThat(federation.job().status().message()).isEqualTo("round 1 waits for approval");
    assertThat(federation.manifests).hasSize(2);
    assertThat(FakeFederation.refusal(() -> federation.job().approve(new Approve("ann", "", 2))))
        .isEqualTo("round 2 cannot be approved, the last finished one is 1");
    federation.job().approve(new Approve("ann", "", 1));
    federation.result();

    assertThat(federation.manifests).hasSize(3);
  }

  @Test
  void failsWhenNobodyApproves() {
    federation.site("a").site("b");
    federation.start(Map.of("rounds.count", 2, "approval.every", 1, "approval.within", "7d"));
    federation.await(JobState.AWAITING_APPROVAL);
    federation.skip(Duration.ofDays(7).plusHours(1));

    ApplicationFailure failure = federation.failure();
    assertThat(failure.getType()).isEqualTo("NotApproved");
    assertThat(failure.getOriginalMessage()).isEqualTo("nobody approved round 1 within 168h");
  }

  @Test
  void refusesOrdersThatMakeNoSense() {
    FederatedJob job = startAndReachRoundTwo(rounds(2));

    assertThat(FakeFederation.refusal(() -> job.resume(new Resume("ann", ""))))
        .isEqualTo("the job is not paused");
    assertThat(FakeFederation.refusal(() -> job.pause(new Pause(" ", "", false))))
        .contains("needs the name");
    assertThat(
            FakeFederation.refusal(
                () -> job.moveSite(new MoveSite("ann", "", new SiteName("bb"), Move.LEAVE))))
        .isEqualTo("bb is not a site of this job, perhaps you should write b");
    assertThat(
            FakeFederation.refusal(
                () -> job.moveSite(new MoveSite("ann", "", new SiteName("a"), Move.JOIN))))
        .isEqualTo("a is a site of the job already");
    assertThat(
            FakeFederation.refusal(
                () -> job.moveSite(new MoveSite("ann", "", new SiteName("a"), Move.RESTORE))))
        .isEqualTo("a is neither suspended nor unfit");
    assertThat(
            FakeFederation.refusal(
                () -> job.decideLate(new DecideLate("ann", "", new SiteName("a"), 1, true))))
        .contains("no late update of a from round 1 waits");
    assertThat(FakeFederation.refusal(() -> job.approve(new Approve("ann", "", 7))))
        .contains("round 7");
    gate.open();
    federation.result();
    assertThatThrownBy(() -> job.pause(new Pause("ann", "", false)))
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  void losesNoOrderAcrossContinueAsNew() {
    federation.site("a").site("b");
    federation.start(rounds(130));
    FederatedJob job = federation.job();
    for (int i = 1; i <= 20; i++) {
      job.change(
          new Change("ann", "", Map.of("training", Map.of("learningRate", i / 100.0, "batch", i))));
    }
    federation.result();

    assertThat(federation.manifests)
        .flatExtracting(manifest -> manifest.carried().decisions())
        .hasSize(20);
    assertThat(federation.trained.get(federation.trained.size() - 1).training().batch())
        .isEqualTo(20);
    assertThat(federation.manifest(130).carried().settings())
        .isEqualTo(Map.of("training", Map.of("learningRate", 0.2, "batch", 20)));
  }
}
