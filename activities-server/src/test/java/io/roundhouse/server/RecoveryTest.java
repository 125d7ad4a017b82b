package io.roundhouse.server;

import static io.roundhouse.server.ServerStore.JOB;
import static io.roundhouse.server.ServerStore.LAYOUT;
import static io.roundhouse.server.ServerStore.made;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Best;
import io.roundhouse.domain.Contribution;
import io.roundhouse.domain.Decision;
import io.roundhouse.domain.Evaluation;
import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.RoundManifest.Carried;
import io.roundhouse.domain.RoundManifest.Outcome;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.SiteStatus;
import io.roundhouse.domain.SiteStatus.State;
import io.roundhouse.domain.Update;
import io.roundhouse.spec.JobSpec;
import io.roundhouse.spec.JobSpecReader;
import io.roundhouse.spec.UpdatesSpec.Keep;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.workflows.JobProgress;
import io.roundhouse.workflows.OpenTask;
import io.roundhouse.workflows.RecoverTask;
import io.roundhouse.workflows.Recovered;
import io.roundhouse.workflows.RoundResult;
import io.temporal.failure.ApplicationFailure;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.assertj.core.api.ObjectAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs whose workflow is gone, or that go back, on what their rounds left in a real store. */
class RecoveryTest {
  private static final SiteName A = new SiteName("a");
  private static final SiteName B = new SiteName("b");
  private static final Carried NOTHING = new Carried(Map.of(), List.of(), List.of());

  private ServerStore server;
  private ArtifactStore store;
  private StoreActivities activities;

  @BeforeEach
  void start(@TempDir Path folder) {
    server = new ServerStore(folder);
    store = server.store();
    activities = server.activities();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void findsWhereTheJobWas() {
    open();
    JobSpec spec = JobSpecReader.read(spec());
    JobProgress expected = JobProgress.initial(1_000, manifest(0, 1).model());
    for (int round = 0; round <= 3; round++) {
      checkpoint(manifest(round, 1));
      expected = expected.after(RoundResult.of(manifest(round, 1)), spec);
    }

    JobProgress progress = recover("run-2").progress().orElseThrow();

    assertThat(progress).isEqualTo(expected.at(2));
    assertThat(progress.startedAt()).isEqualTo(1_000);
    assertThat(progress.round()).isEqualTo(3);
    assertThat(progress.best().map(Best::round)).contains(3);
    assertThat(progress.recent()).hasSize(4);
    assertThat(server.text(LAYOUT.versions()))
        .contains("run-2", "\"java\"")
        .doesNotContain("run-1");
  }

  @Test
  void bringsBackSettingsAndSites() {
    open();
    SiteStatus refused = SiteStatus.called(B).seen(5, 100).refusedOnceMore();
    Carried carried =
        new Carried(
            Map.of("training", Map.of("epochs", 7)),
            List.of(
                SiteStatus.called(A).in(State.SUSPENDED, "by hand"),
                refused.in(State.BUSY, "at work")),
            List.of(new Decision(1, 0, "ann", "paused")));
    checkpoint(manifest(0, 1));
    checkpoint(
        with(
            manifest(1, 1),
            carried,
            List.of(),
            List.of(
                new Exclusion(B, Exclusion.Cause.QUARANTINED, "NaN"),
                new Exclusion(new SiteName("c"), Exclusion.Cause.QUARANTINED, "NaN"),
                new Exclusion(new SiteName("d"), Exclusion.Cause.OFFLINE, "away"))));

    JobProgress.Standing standing = recover("run-2").progress().orElseThrow().standing();

    assertThat(standing.settings()).isEqualTo(carried.settings());
    assertThat(standing.sites())
        .containsExactly(
            SiteStatus.called(A).in(State.SUSPENDED, "by hand"),
            refused.refusedOnceMore().in(State.CALLED, ""),
            SiteStatus.called(new SiteName("c")).refusedOnceMore());
    assertThat(standing.decisions()).isEmpty();
    assertThat(standing.paused()).isFalse();
  }

  @Test
  void removesHalfWrittenRoundsAndNothingElse() {
    open();
    for (int round = 0; round <= 2; round++) {
      server.model(LAYOUT.global(round, 1), round);
      server.update(round, 1, "a", 1, round);
      checkpoint(manifest(round, 1));
    }
    server.update(1, 3, "a", 1, 1);
    checkpoint(manifest(2, 4));
    server.update(3, 4, "a", 1, 1);
    server.model(LAYOUT.global(3, 4), 3);
    List<String> kept =
        store.list(LAYOUT.rounds()).stream()
            .filter(path -> !path.contains("/00001.3/") && !path.contains("/00003.4/"))
            .toList();

    JobProgress progress = recover("run-2").progress().orElseThrow();

    assertThat(store.list(LAYOUT.rounds())).isEqualTo(kept);
    assertThat(progress.take()).isEqualTo(5);
    assertThat(progress.model()).isEqualTo(manifest(2, 4).model());
  }

  @Test
  void beginsAnewWhereNotEvenTheInitialModelWasJudged() {
    open();
    server.model(LAYOUT.global(0, 1), 1, 2);

    assertThat(recover("run-2").progress()).isEmpty();
    assertThat(recover("run-2").progress()).isEmpty();

    assertThat(store.list(LAYOUT.rounds())).isEmpty();
    Artifact initial = server.model(LAYOUT.global(0, 1), 3, 4);
    checkpoint(manifest(0, 1, initial));
    checkpoint(manifest(1, 1));
    assertThat(Manifests.rounds(store, JOB))
        .containsExactly(manifest(0, 1, initial), manifest(1, 1));
    assertThat(recall(1).progress().map(JobProgress::round)).contains(1);
  }

  /** Round 0 was stopped and begun again: the model that it judged is where it was made. */
  @Test
  void keepsTheInitialModel() {
    open();
    Artifact initial = server.model(LAYOUT.global(0, 1), 1, 2);
    activities.discard(JOB, 0, 1);
    checkpoint(manifest(0, 2, initial));

    assertThat(recover("run-2").progress().orElseThrow().model()).isEqualTo(initial);

    assertThat(server.values(initial)).containsExactly(1, 2);
  }

  @Test
  void removesTheEndOfAJobThatFailed() {
    open();
    checkpoint(manifest(0, 1));
    activities.close(result(JobState.FAILED), Keep.ALL);

    assertThat(recover("run-2").progress().map(JobProgress::round)).contains(0);

    assertThat(store.list(LAYOUT.result())).isEmpty();
    assertThat(store.list(LAYOUT.best())).isEmpty();
    activities.close(result(JobState.COMPLETED), Keep.ALL);
  }

  @Test
  void leavesACompletedJobAlone() {
    open();
    checkpoint(manifest(0, 1));
    activities.close(result(JobState.COMPLETED), Keep.ALL);
    List<String> before = store.list(LAYOUT.folder());

    failure(() -> recover("run-2"))
        .returns("JobComplete", ApplicationFailure::getType)
        .returns(true, ApplicationFailure::isNonRetryable)
        .returns(
            "job test/job was completed (the end), perhaps you should give the new one another"
                + " name",
            ApplicationFailure::getOriginalMessage);
    assertThat(store.list(LAYOUT.folder())).isEqualTo(before);
    assertThat(server.text(LAYOUT.versions())).contains("run-1");
  }

  @Test
  void saysThatThereIsNoSuchJob() {
    failure(() -> recover("run-2"))
        .returns("NoSuchJob", ApplicationFailure::getType)
        .returns(true, ApplicationFailure::isNonRetryable)
        .extracting(ApplicationFailure::getOriginalMessage)
        .asString()
        .contains("the store has no job test/job to go on from, perhaps you should");
    assertThat(store.list("")).isEmpty();
  }

  @Test
  void namesEveryKeyThatMustNotDiffer() {
    open();
    checkpoint(manifest(0, 1));
    Map<String, Object> other = spec();
    other.put("seed", 43);
    other.put("data", "else");
    other.put("strategy", "fedmedian");
    other.put("model", Map.of("type", "mlp", "inputs", 3, "hidden", List.of(2), "outputs", 2));

    failure(() -> activities.recover(new RecoverTask(JOB, "run-2", other, Optional.empty())))
        .returns("SpecDiffers", ApplicationFailure::getType)
        .returns(true, ApplicationFailure::isNonRetryable)
        .returns(
            "the spec is not that of the job test/job in the store: another model, data, seed,"
                + " strategy; perhaps you should go on with that job's job.yml, or give this one"
                + " another name",
            ApplicationFailure::getOriginalMessage);
    assertThat(server.text(LAYOUT.versions())).contains("run-1");
  }

  /** What can be changed while a job runs can be changed then, and is written down. */
  @Test
  void goesOnWithOtherRoundsAndTraining() {
    open();
    checkpoint(manifest(0, 1));
    Map<String, Object> other = spec();
    other.put("rounds", Map.of("count", 99));
    other.put("training", Map.of("epochs", 3));
    other.put("strategy", Map.of("type", "fedavg"));

    activities.recover(new RecoverTask(JOB, "run-2", other, Optional.empty()));

    assertThat(server.text(LAYOUT.spec())).contains("count: 99", "epochs: 3");
    activities.open(new OpenTask(JOB, "run-2", other, List.of(A)));
    failure(() -> activities.open(new OpenTask(JOB, "run-1", spec(), List.of(A))))
        .returns("JobExists", ApplicationFailure::getType);
  }

  @Test
  void givesTheSameWhenRepeated() {
    open();
    for (int round = 0; round <= 4; round++) {
      checkpoint(manifest(round, 1));
    }
    server.update(2, 3, "a", 1, 1);
    activities.keep(JOB, late(A, 1, 9));

    Recovered first = recover("run-2");

    assertThat(first.progress().map(JobProgress::round)).contains(1);
    assertThat(first.progress().map(JobProgress::take)).contains(4);
    assertThat(recover("run-2")).isEqualTo(first);
    assertThat(recover("run-3").progress().map(JobProgress::take)).contains(5);
    assertThat(recover("run-3").progress().map(JobProgress::round)).contains(1);
  }

  @Test
  void doesNotCountWhatTheLostJobStillWrites() {
    open();
    checkpoint(manifest(0, 1));
    checkpoint(manifest(1, 1));
    recover("run-2");
    checkpoint(manifest(2, 1));
    checkpoint(manifest(3, 1));
    assertThat(Manifests.rounds(store, JOB)).containsExactly(manifest(0, 1), manifest(1, 1));

    checkpoint(manifest(2, 2));

    assertThat(Manifests.rounds(store, JOB))
        .containsExactly(manifest(0, 1), manifest(1, 1), manifest(2, 2));
    assertThat(recover("run-3").progress().map(JobProgress::model))
        .contains(manifest(2, 2).model());
  }

  @Test
  void findsTheLateUpdatesThatNoRoundHasLookedAt() {
    open();
    LateUpdate used = late(A, 1, 10);
    LateUpdate newer = late(A, 2, 30);
    LateUpdate older = late(B, 1, 20);
    checkpoint(manifest(0, 1));
    checkpoint(manifest(1, 1));
    checkpoint(manifest(2, 1));
    checkpoint(with(manifest(3, 1), NOTHING, List.of(used), List.of()));
    LateUpdate ofAnUnfinishedRound = late(A, 4, 40);
    LateUpdate ofAnotherTake = new LateUpdate(2, 7, newer.base(), newer.update(), 50);
    for (LateUpdate late : List.of(used, newer, older, ofAnUnfinishedRound, ofAnotherTake)) {
      activities.keep(JOB, late);
    }

    JobProgress progress = recover("run-2").progress().orElseThrow();

    assertThat(progress.round()).isEqualTo(1);
    assertThat(progress.standing().late()).containsExactly(used, older);
  }

  @Test
  void goesBackToAnEarlierRound() {
    open();
    for (int round = 0; round <= 5; round++) {
      checkpoint(manifest(round, 1));
    }

    JobProgress progress = recall(2).progress().orElseThrow();

    assertThat(progress.round()).isEqualTo(2);
    assertThat(progress.model()).isEqualTo(manifest(2, 1).model());
    assertThat(progress.best().map(Best::round)).contains(2);
    assertThat(progress.standing()).isEqualTo(JobProgress.Standing.NONE);
    assertThat(recall(2)).isEqualTo(recall(2));
    assertThat(server.text(LAYOUT.versions())).contains("run-1");
    checkpoint(manifest(3, 2));
    assertThat(Manifests.rounds(store, JOB))
        .containsExactly(manifest(0, 1), manifest(1, 1), manifest(2, 1), manifest(3, 2));
    failure(() -> recall(4))
        .returns("NoSuchRound", ApplicationFailure::getType)
        .returns(true, ApplicationFailure::isNonRetryable)
        .returns(
            "job test/job has no finished round 4, perhaps you should go back to one from 0 to 3",
            ApplicationFailure::getOriginalMessage);
  }

  /** The job went back and was lost before it came to the end of another round. */
  @Test
  void remembersThatAJobWentBack() {
    open();
    for (int round = 0; round <= 5; round++) {
      checkpoint(manifest(round, 1));
    }
    recall(4);
    recall(2);

    assertThat(Manifests.rounds(store, JOB)).hasSize(3);
    JobProgress progress = recover("run-2").progress().orElseThrow();
    assertThat(progress.round()).isEqualTo(2);
    assertThat(progress.take()).isEqualTo(3);
  }

  @Test
  void readsThousandsOfRounds() {
    open();
    IntStream.rangeClosed(0, 2_000).parallel().forEach(round -> checkpoint(manifest(round, 1)));

    assertThat(Manifests.rounds(store, JOB)).hasSize(2_001);
    JobProgress progress = recover("run-2").progress().orElseThrow();
    assertThat(progress.round()).isEqualTo(2_000);
    assertThat(progress.recent()).hasSize(50);
  }

  private void open() {
    activities.open(new OpenTask(JOB, "run-1", spec(), List.of(A, B)));
  }

  private Recovered recover(String run) {
    return activities.recover(new RecoverTask(JOB, run, spec(), Optional.empty()));
  }

  private Recovered recall(int round) {
    return activities.recover(new RecoverTask(JOB, "run-1", spec(), Optional.of(round)));
  }

  private static Map<String, Object> spec() {
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("apiVersion", "roundhouse/v1");
    spec.put("kind", "FederatedJob");
    spec.put("project", "test");
    spec.put("name", "job");
    spec.put("model", Map.of("type", "mlp", "inputs", 2, "hidden", List.of(), "outputs", 2));
    spec.put("data", "digits");
    spec.put("rounds", Map.of("count", 5_000));
    return spec;
  }

  /** A late update of a round of take 1. */
  private static LateUpdate late(SiteName site, int round, long at) {
    Artifact artifact = made(LAYOUT.update(round, 1, site, 1), round);
    return new LateUpdate(
        round, 1, manifest(round - 1, 1).model(), new Update(site, 1, artifact, 5, 0.5, 1), at);
  }

  private void checkpoint(RoundManifest manifest) {
    activities.checkpoint(manifest, Keep.ALL);
  }

  static RoundManifest manifest(int round, int take) {
    return manifest(round, take, made(LAYOUT.global(round, take), 1_000_000 * take + round));
  }

  static RoundManifest manifest(int round, int take, Artifact model) {
    Update update = new Update(A, 1, made(LAYOUT.update(round, take, A, 1), round), 5, 0.5, 1);
    Metrics metrics = new Metrics(round / 10_000.0, 1, 100);
    return new RoundManifest(
        JOB,
        round,
        take,
        round == 0 ? Outcome.INITIAL : Outcome.AGGREGATED,
        model,
        Optional.empty(),
        NOTHING,
        round == 0 ? List.of() : List.of(A, B),
        round == 0 ? List.of() : List.of(new Contribution(update, 0, 1, 2)),
        List.of(),
        List.of(),
        "fedavg",
        "java",
        new Evaluation(Optional.of(metrics), Optional.empty(), List.of()),
        1_000 + 10L * round,
        new RoundManifest.Seconds(1, 2, 3, 6),
        77);
  }

  private static RoundManifest with(
      RoundManifest manifest, Carried carried, List<LateUpdate> late, List<Exclusion> exclusions) {
    return new RoundManifest(
        manifest.job(),
        manifest.round(),
        manifest.take(),
        manifest.outcome(),
        manifest.model(),
        manifest.state(),
        carried,
        manifest.selected(),
        manifest.contributions(),
        late,
        exclusions,
        manifest.strategy(),
        manifest.kernel(),
        manifest.evaluation(),
        manifest.startedAt(),
        manifest.seconds(),
        manifest.bytes());
  }

  private static JobResult result(JobState state) {
    Artifact model = manifest(0, 1).model();
    Metrics metrics = new Metrics(0.5, 1, 100);
    return new JobResult(
        JOB,
        state,
        "the end",
        0,
        Optional.of(model),
        Optional.of(metrics),
        Optional.of(new Best(0, model, metrics)),
        1_000,
        1);
  }

  private static ObjectAssert<ApplicationFailure> failure(ThrowingCallable call) {
    return assertThatThrownBy(call).asInstanceOf(type(ApplicationFailure.class));
  }
}
