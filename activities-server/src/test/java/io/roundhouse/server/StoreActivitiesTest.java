package io.roundhouse.server;

import static io.roundhouse.server.ServerStore.JOB;
import static io.roundhouse.server.ServerStore.LAYOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roundhouse.domain.Aggregation;
import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Contribution;
import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Evaluation;
import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Update;
import io.roundhouse.spec.StrategySpec;
import io.roundhouse.spec.UpdatesSpec;
import io.roundhouse.spec.UpdatesSpec.Keep;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.Json;
import io.roundhouse.workflows.AggregateTask;
import io.roundhouse.workflows.OpenTask;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreActivitiesTest {
  private Path folder;
  private ServerStore server;
  private ArtifactStore store;
  private StoreActivities activities;

  @BeforeEach
  void start(@TempDir Path temporary) {
    folder = temporary;
    server = new ServerStore(folder);
    store = server.store();
    activities = server.activities();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aggregatesWhatPassesAndNamesWhatDoesNot() {
    Artifact global = server.model(LAYOUT.global(0, 1), 0, 0);
    Update good = update("a", 1, 2, 4);
    Update heavier = update("b", 3, 6, 8);
    Update poisoned = update("c", 1, Float.NaN, 1);
    Update weightless = update("d", 0, 1, 1);

    Aggregation result = activities.aggregate(task(global, 2, good, heavier, poisoned, weightless));

    assertThat(server.values(result.model().orElseThrow())).containsExactly(5, 7);
    assertThat(result.contributions())
        .extracting(contribution -> contribution.update().site().value())
        .containsExactly("a", "b");
    assertThat(result.contributions()).extracting(Contribution::share).containsExactly(0.25, 0.75);
    assertThat(result.quarantined())
        .extracting(exclusion -> exclusion.site() + ": " + exclusion.reason())
        .containsExactly(
            "c: tensor 'w' holds NaN at element 0, perhaps you should lower the learningRate or look at"
                + " the site's rows",
            "d: it counts 0 examples, not 1 to 1000000000");
  }

  @Test
  void refusesAnUpdateThatIsNotTheOneReported() {
    Artifact global = server.model(LAYOUT.global(0, 1), 0, 0);
    Update good = update("a", 1, 2, 4);
    Update other = update("b", 1, 2, 4);
    Artifact replaced =
        new Artifact(other.artifact().path(), new Digest("0".repeat(64)), other.artifact().bytes());
    Update missing =
        new Update(
            new SiteName("c"),
            1,
            new Artifact(LAYOUT.update(1, 1, new SiteName("c"), 1), replaced.sha256(), 9),
            1,
            0,
            0);

    Aggregation result =
        activities.aggregate(
            task(global, 1, good, new Update(new SiteName("b"), 1, replaced, 1, 0, 0), missing));

    assertThat(server.values(result.model().orElseThrow())).containsExactly(2, 4);
    assertThat(result.quarantined())
        .extracting(exclusion -> exclusion.site().value())
        .containsExactly("b", "c");
  }

  @Test
  void makesNoModelBelowTheQuorum() {
    Artifact global = server.model(LAYOUT.global(0, 1), 0, 0);

    Aggregation result =
        activities.aggregate(task(global, 2, update("a", 1, 2, 4), update("b", 1, Float.NaN, 4)));

    assertThat(result.model()).isEmpty();
    assertThat(store.read(LAYOUT.global(1, 1), 1000)).isEmpty();
  }

  @Test
  void givesTheSameResultWhenRepeatedAndLeavesNoFiles() throws IOException {
    Artifact global = server.model(LAYOUT.global(0, 1), 0, 0);
    AggregateTask task = task(global, 1, update("a", 1, 2, 4), update("b", 2, 3, 5));

    Aggregation first = activities.aggregate(task);
    Aggregation second = activities.aggregate(task);

    assertThat(second.model()).isEqualTo(first.model());
    try (Stream<Path> files = Files.list(folder.resolve("work"))) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void keepsTheStateOfTheStrategyInTheStore() {
    Artifact global = server.model(LAYOUT.global(0, 1), 0, 0);
    StrategySpec adam = new StrategySpec.FedAdam(0.1, 0.9, 0.99, 1e-3);
    Aggregation first =
        activities.aggregate(
            adam(adam, 1, global, Optional.empty(), server.update(1, 1, "a", 1, 1, -1)));
    Aggregation second =
        activities.aggregate(
            adam(
                adam,
                2,
                first.model().orElseThrow(),
                first.state(),
                server.update(2, 1, "a", 1, 1, -1)));

    assertThat(first.state().orElseThrow().path()).isEqualTo(LAYOUT.state(1, 1));
    assertThat(server.values(second.model().orElseThrow())[0])
        .isGreaterThan(server.values(first.model().orElseThrow())[0]);
  }

  /** A site may be called like any file of an aggregation. */
  @Test
  void namesOfSitesDoNotDecideAboutFiles() {
    Artifact global = server.model(LAYOUT.global(0, 1), 1, 1);

    Aggregation result =
        activities.aggregate(
            task(
                global,
                3,
                update("global", 1, 1, 2),
                update("next-global", 1, 1, 5),
                update("state", 1, 1, 8)));

    assertThat(server.values(result.model().orElseThrow())).containsExactly(1, 5);
    assertThat(result.contributions())
        .extracting(Contribution::distance)
        .containsExactly(1.0, 4.0, 7.0);
  }

  @Test
  void asksForTheSignatureOfEveryUpdate() {
    Artifact global = server.model(LAYOUT.global(0, 1), 1, 1);
    UpdateSignature signature =
        (job, round, take, update) ->
            update.site().value().equals("a")
                ? Optional.empty()
                : Optional.of("no key of " + job + " r" + round + "." + take + " " + update.site());

    Aggregation result =
        server
            .activities(signature)
            .aggregate(task(global, 1, update("a", 1, 2, 4), update("b", 1, 2, 5)));

    assertThat(server.values(result.model().orElseThrow())).containsExactly(2, 4);
    assertThat(result.quarantined())
        .extracting(Exclusion::reason)
        .containsExactly("no key of test/job r1.1 b");
  }

  @Test
  void writesWhatARoundThatWasBegunAgainMakesBesideTheFirst() {
    Artifact global = server.model(LAYOUT.global(0, 1), 1, 1);
    Aggregation first = activities.aggregate(task(global, 1, update("a", 1, 2, 4)));
    Aggregation again =
        activities.aggregate(
            ServerStore.task(
                1, 2, global, List.of(server.update(1, 2, "a", 1, 3, 6)), List.of(), 1));

    assertThat(first.model().orElseThrow().path()).isEqualTo(LAYOUT.global(1, 1));
    assertThat(again.model().orElseThrow().path()).isEqualTo(LAYOUT.global(1, 2));
  }

  @Test
  void discardsWhatDoesNotCount() {
    server.model(LAYOUT.global(0, 1), 1, 1);
    update("a", 1, 2, 4);
    server.update(1, 2, "a", 1, 2, 4);
    store.putIfAbsent(LAYOUT.manifest(1, 2), new byte[1]);
    for (int again = 0; again < 2; again++) {
      activities.discard(JOB, 0, 1);
      activities.discard(JOB, 1, 1);
      activities.discard(JOB, 1, 2);
    }

    assertThat(store.list(LAYOUT.folder() + "/"))
        .containsExactly(
            LAYOUT.global(0, 1), LAYOUT.manifest(1, 2), LAYOUT.update(1, 2, new SiteName("a"), 1));
  }

  @Test
  void deletesEverythingOfAJobAndNothingOfItsNeighbours() {
    activities.open(new OpenTask(JOB, "run-1", Map.of("name", "job"), List.of()));
    update("a", 1, 2, 4);
    JobId neighbour = new JobId("test", "job2");
    activities.open(new OpenTask(neighbour, "run-1", Map.of("name", "job2"), List.of()));

    activities.delete(JOB);
    activities.delete(JOB);

    assertThat(store.list("test/")).containsExactly("test/job2/job.yml", "test/job2/versions.json");
    activities.open(new OpenTask(JOB, "run-2", Map.of("name", "other"), List.of()));
  }

  @Test
  void keepsALateUpdateOnce() {
    Artifact global = server.model(LAYOUT.global(0, 1), 1, 1);
    LateUpdate late = new LateUpdate(1, 1, global, update("a", 1, 2, 4), 77);
    activities.keep(JOB, late);
    activities.keep(JOB, late);

    byte[] json = store.read(LAYOUT.late(1, 1, new SiteName("a")), 10_000).orElseThrow();
    assertThat(Json.read(json, LateUpdate.class)).isEqualTo(late);
  }

  @Test
  void refusesAJobWhoseFolderIsTaken() {
    activities.open(new OpenTask(JOB, "run-1", Map.of("name", "job"), List.of()));
    activities.open(new OpenTask(JOB, "run-1", Map.of("name", "job"), List.of()));

    assertThatThrownBy(
            () -> activities.open(new OpenTask(JOB, "run-2", Map.of("name", "job"), List.of())))
        .isInstanceOf(ApplicationFailure.class)
        .hasMessageContaining("already has a job test/job, perhaps you should");
  }

  @Test
  void leavesEverythingThatAPersonLooksFor() {
    activities.open(new OpenTask(JOB, "run-1", Map.of("name", "job", "seed", 42), List.of()));
    Artifact global = server.model(LAYOUT.global(0, 1), 0, 0);
    RoundManifest manifest =
        new RoundManifest(
            JOB,
            0,
            1,
            RoundManifest.Outcome.INITIAL,
            global,
            Optional.empty(),
            new RoundManifest.Carried(Map.of(), List.of(), List.of()),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            "fedavg",
            "",
            Evaluation.NONE,
            1_000,
            new RoundManifest.Seconds(0, 0, 0, 0),
            0);
    activities.checkpoint(manifest, Keep.ALL);
    activities.checkpoint(manifest, Keep.ALL);
    JobResult result =
        new JobResult(
            JOB,
            JobState.FAILED,
            "nobody came",
            0,
            Optional.of(global),
            Optional.empty(),
            Optional.empty(),
            1_000,
            1);
    activities.close(result, Keep.ALL);
    activities.close(result, Keep.ALL);

    assertThat(store.list(LAYOUT.folder() + "/"))
        .contains(
            LAYOUT.spec(),
            LAYOUT.versions(),
            LAYOUT.metrics(),
            LAYOUT.events(),
            LAYOUT.report(),
            LAYOUT.manifest(0, 1),
            LAYOUT.result());
    assertThat(server.text(LAYOUT.report())).contains("nobody came");
    assertThat(server.text(LAYOUT.spec())).contains("seed: 42");
    assertThat(Manifests.rounds(store, JOB)).containsExactly(manifest);
    assertThat(Manifests.result(store, JOB)).contains(result);
  }

  private static AggregateTask adam(
      StrategySpec strategy, int round, Artifact model, Optional<Artifact> state, Update update) {
    return new AggregateTask(
        JOB,
        round,
        1,
        strategy,
        UpdatesSpec.DEFAULT,
        ServerStore.WORTH,
        model,
        state,
        List.of(update),
        List.of(),
        1);
  }

  private static AggregateTask task(Artifact global, int quorum, Update... updates) {
    return ServerStore.task(1, 1, global, List.of(updates), List.of(), quorum);
  }

  private Update update(String site, long examples, float... values) {
    return server.update(1, 1, site, examples, values);
  }
}
