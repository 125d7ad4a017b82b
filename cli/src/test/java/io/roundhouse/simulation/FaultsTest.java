package io.roundhouse.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.aggregation.JavaKernel;
import io.roundhouse.aggregation.SelectedKernel;
import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.Exclusion.Cause;
import io.roundhouse.domain.SiteName;
import io.roundhouse.simulation.StoreRelay.Trouble;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What breaks on the way does not change the model, as long as the same sites contribute. */
@Timeout(60)
class FaultsTest {
  private static final int ROUNDS = 3;
  private static final int EPOCHS = 4;
  private static final SiteName LAST = new SiteName("s04");

  private static final SimulatedJob JOB = job("");
  private static Optional<Digest> undisturbed = Optional.empty();
  private static Optional<Digest> withoutLast = Optional.empty();

  private final Path folder;

  FaultsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeAll
  static void runUndisturbed(@TempDir Path all, @TempDir Path three) throws TimeoutException {
    undisturbed = Optional.of(JOB.run(all, java()).model().sha256());
    withoutLast =
        Optional.of(job(", target: 3").run(three, java(), new SiteAbsent(LAST)).model().sha256());
    assertThat(undisturbed).isNotEqualTo(withoutLast);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aKilledSiteComesBackAndLosesOneEpochAtMost(long seed) throws TimeoutException {
    SplittableRandom random = new SplittableRandom(seed);
    SiteName site = JOB.sites().get(random.nextInt(4));
    int round = 1 + random.nextInt(ROUNDS);
    int epoch = random.nextInt(EPOCHS);
    SiteKilled kill = new SiteKilled(site, round, epoch, 1 + random.nextInt(2), true);
    String what = "seed " + seed + ": " + kill;

    SimulatedJob.Outcome outcome = JOB.run(folder, java(), kill);

    assertThat(kill.hasStruck()).as(what).isTrue();
    assertEverybodyContributed(outcome, what);
    assertThat(attempts(outcome, round, site)).as(what).containsExactly(2);
    assertThat(kill.epochsOf(1)).as(what).containsExactlyElementsOf(epochs(0, epoch + 1));
    assertThat(kill.epochsOf(2)).as(what).containsExactlyElementsOf(epochs(epoch, EPOCHS));
  }

  /** The in-memory server would wait until the deadline for a worker to take a second attempt. */
  @Test
  void aSiteThatStaysDeadIsLeftOut() throws TimeoutException {
    SiteKilled kill = new SiteKilled(LAST, 1, 1, 1, false);

    SimulatedJob.Outcome outcome =
        job(", offlineAfter: 1s, deadline: 3s").run(folder, java(), kill);

    assertThat(kill.hasStruck()).isTrue();
    assertLastWasLeftOut(outcome, Cause.LATE, Cause.OFFLINE, Cause.OFFLINE);
  }

  @ParameterizedTest
  @CsvSource({"false, ', target: 3'", "true, ', deadline: 3s'"})
  void aSiteThatAnswersLateOrNeverIsLeftOut(boolean never, String policy) throws TimeoutException {
    SimulatedJob.Outcome outcome = job(policy).run(folder, java(), new SiteSlow(LAST, never));

    assertLastWasLeftOut(outcome, Cause.LATE, Cause.LATE, Cause.LATE);
  }

  @Test
  void anOldAttemptThatUploadsLaterCountsForNothing() throws TimeoutException {
    SimulatedJob.Outcome outcome = JOB.run(folder, java(), new SiteZombie(LAST, 2));

    assertEverybodyContributed(outcome, "zombie");
    assertThat(attempts(outcome, 2, LAST)).containsExactly(2);
    Path updates = folder.resolve("roundhouse/default/faults/rounds/00002/updates");
    assertThat(updates.resolve("s04.1.safetensors"))
        .hasSameBinaryContentAs(updates.resolve("s04.2.safetensors"));
  }

  @ParameterizedTest
  @EnumSource(
      value = Trouble.class,
      names = {"NONE"},
      mode = EnumSource.Mode.EXCLUDE)
  void aStoreInTroubleOnlyTakesTime(Trouble trouble) throws TimeoutException {
    AtomicInteger seen = new AtomicInteger();
    StoreRelay.Troublemaker everyFourth =
        (method, path) ->
            path.contains("/faults/") && seen.incrementAndGet() % 4 == 0 ? trouble : Trouble.NONE;

    SimulatedJob.Outcome outcome = JOB.run(folder, java(), new StoreInTrouble(everyFourth));

    assertEverybodyContributed(outcome, trouble.name());
    assertThat(seen.get() / 4).as("requests in trouble: %s", trouble).isGreaterThan(10);
  }

  @ParameterizedTest
  @EnumSource
  void aFailedAggregationIsDoneAgain(AggregationFails.Moment moment) throws TimeoutException {
    AggregationFails fails = new AggregationFails(moment);

    SimulatedJob.Outcome outcome = JOB.run(folder, java(), fails);

    assertEverybodyContributed(outcome, moment.name());
    assertThat(fails.attempts()).as("%s", moment).isEqualTo(2 * ROUNDS);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void theWorkflowWorkerMayBeLostAtTwentyMoments(long seed) throws TimeoutException {
    WorkflowsLost losses = new WorkflowsLost(seed, 20);

    SimulatedJob.Outcome outcome = JOB.run(folder, java(), losses);

    assertThat(losses.left()).as("seed %d", seed).isEqualTo(0);
    assertEverybodyContributed(outcome, "seed " + seed);
  }

  private static void assertEverybodyContributed(SimulatedJob.Outcome outcome, String what) {
    assertThat(outcome.rounds()).as(what).hasSize(ROUNDS + 1);
    assertThat(outcome.rounds()).as(what).allMatch(round -> round.exclusions().isEmpty());
    assertThat(outcome.model().sha256()).as(what).isEqualTo(undisturbed.orElseThrow());
  }

  private static void assertLastWasLeftOut(SimulatedJob.Outcome outcome, Cause... causes) {
    assertThat(outcome.rounds().stream().skip(1).flatMap(round -> round.exclusions().stream()))
        .allMatch(exclusion -> exclusion.site().equals(LAST))
        .extracting(Exclusion::cause)
        .containsExactly(causes);
    assertThat(outcome.model().sha256()).isEqualTo(withoutLast.orElseThrow());
  }

  private static List<Integer> attempts(SimulatedJob.Outcome outcome, int round, SiteName site) {
    return outcome.rounds().get(round).contributions().stream()
        .map(contribution -> contribution.update())
        .filter(update -> update.site().equals(site))
        .map(update -> update.attempt())
        .toList();
  }

  private static List<Integer> epochs(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  private static SelectedKernel java() {
    return new SelectedKernel(new JavaKernel(), "as configured");
  }

  private static SimulatedJob job(String policy) {
    return SimulatedJob.read(
        """
        name: faults
        data: digits
        model: {type: mlp, inputs: 64, hidden: [16], outputs: 10}
        training: {epochs: 4, learningRate: 0.3, optimizer: momentum}
        strategy: fedadam
        rounds: {count: 3, heartbeat: 1s%s}
        evaluation: {federated: false, central: true}
        simulation:
          sites: 4
          partition: {type: dirichlet, alpha: 0.5, minSize: 80}
          data: {path: digits.csv.gz, scale: 16, holdout: {every: 5}}
        """
            .formatted(policy));
  }
}
