package io.roundhouse.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roundhouse.aggregation.KernelChoice;
import io.roundhouse.aggregation.SelectedKernel;
import io.roundhouse.aggregation.Workload;
import io.roundhouse.domain.Aggregation;
import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Contribution;
import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Evaluation;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Update;
import io.roundhouse.spec.StrategySpec;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.EmbeddedStore;
import io.roundhouse.storage.JobLayout;
import io.roundhouse.storage.SafetensorsFile;
import io.roundhouse.storage.SafetensorsWriter;
import io.roundhouse.storage.Tensor;
import io.roundhouse.workflows.AggregateTask;
import io.roundhouse.workflows.OpenTask;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
  private static final JobId JOB = new JobId("test", "job");
  private static final JobLayout LAYOUT = new JobLayout(JOB);

  private Path folder;
  private EmbeddedStore objects;
  private ArtifactStore store;
  private StoreActivities activities;

  @BeforeEach
  void start(@TempDir Path temporary) {
    folder = temporary;
    objects = EmbeddedStore.start(folder.resolve("store"));
    store = ArtifactStore.connect(objects.config());
    SelectedKernel kernel =
        SelectedKernel.select(
            KernelChoice.JAVA, new Workload(Workload.Operation.WEIGHTED_SUM, 2, 2));
    activities = new StoreActivities(store, kernel, folder.resolve("work"));
  }

  @AfterEach
  void stop() {
    store.close();
    objects.close();
  }

  @Test
  void aggregatesWhatPassesAndNamesWhatDoesNot() throws IOException {
    Artifact global = model(LAYOUT.global(0), 0, 0);
    Update good = update("a", 1, 2, 4);
    Update heavier = update("b", 3, 6, 8);
    Update poisoned = update("c", 1, Float.NaN, 1);
    Update weightless = update("d", 0, 1, 1);

    Aggregation result = activities.aggregate(task(global, 2, good, heavier, poisoned, weightless));

    assertThat(values(result.model().orElseThrow())).containsExactly(5, 7);
    assertThat(result.contributions())
        .extracting(contribution -> contribution.update().site().value())
        .containsExactly("a", "b");
    assertThat(result.contributions()).extracting(Contribution::share).containsExactly(0.25, 0.75);
    assertThat(result.quarantined())
        .extracting(exclusion -> exclusion.site() + ": " + exclusion.reason())
        .containsExactly(
            "c: tensor 'w' holds NaN at element 0", "d: it counts 0 examples, not 1 to 1000000000");
  }

  @Test
  void refusesAnUpdateThatIsNotTheOneReported() throws IOException {
    Artifact global = model(LAYOUT.global(0), 0, 0);
    Update good = update("a", 1, 2, 4);
    Update other = update("b", 1, 2, 4);
    Artifact replaced =
        new Artifact(other.artifact().path(), new Digest("0".repeat(64)), other.artifact().bytes());
    Update missing =
        new Update(
            new SiteName("c"), 1, new Artifact("test/job/nowhere", replaced.sha256(), 9), 1, 0, 0);

    Aggregation result =
        activities.aggregate(
            task(global, 1, good, new Update(new SiteName("b"), 1, replaced, 1, 0, 0), missing));

    assertThat(values(result.model().orElseThrow())).containsExactly(2, 4);
    assertThat(result.quarantined())
        .extracting(exclusion -> exclusion.site().value())
        .containsExactly("b", "c");
  }

  @Test
  void makesNoModelBelowTheQuorum() throws IOException {
    Artifact global = model(LAYOUT.global(0), 0, 0);

    Aggregation result =
        activities.aggregate(task(global, 2, update("a", 1, 2, 4), update("b", 1, Float.NaN, 4)));

    assertThat(result.model()).isEmpty();
    assertThat(store.read(LAYOUT.global(1), 1000)).isEmpty();
  }

  @Test
  void givesTheSameResultWhenRepeatedAndLeavesNoFiles() throws IOException {
    Artifact global = model(LAYOUT.global(0), 0, 0);
    AggregateTask task = task(global, 1, update("a", 1, 2, 4), update("b", 2, 3, 5));

    Aggregation first = activities.aggregate(task);
    Aggregation second = activities.aggregate(task);

    assertThat(second.model()).isEqualTo(first.model());
    try (Stream<Path> files = Files.list(folder.resolve("work"))) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void keepsTheStateOfTheStrategyInTheStore() throws IOException {
    Artifact global = model(LAYOUT.global(0), 0, 0);
    StrategySpec adam = new StrategySpec.FedAdam(0.1, 0.9, 0.99, 1e-3);
    List<Update> updates = List.of(update("a", 1, 1, -1));
    Aggregation first =
        activities.aggregate(new AggregateTask(JOB, 1, adam, global, Optional.empty(), updates, 1));
    Aggregation second =
        activities.aggregate(
            new AggregateTask(
                JOB, 2, adam, first.model().orElseThrow(), first.state(), updates, 1));

    assertThat(first.state().orElseThrow().path()).isEqualTo(LAYOUT.state(1));
    assertThat(values(second.model().orElseThrow())[0])
        .isGreaterThan(values(first.model().orElseThrow())[0]);
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
  void leavesEverythingThatAPersonLooksFor() throws IOException {
    activities.open(new OpenTask(JOB, "run-1", Map.of("name", "job", "seed", 42), List.of()));
    Artifact global = model(LAYOUT.global(0), 0, 0);
    RoundManifest manifest =
        new RoundManifest(
            JOB,
            0,
            global,
            Optional.empty(),
            List.of(),
            List.of(),
            List.of(),
            "fedavg",
            "",
            Evaluation.NONE,
            1_000,
            new RoundManifest.Seconds(0, 0, 0, 0),
            0);
    activities.checkpoint(manifest);
    activities.checkpoint(manifest);
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
    activities.close(result);
    activities.close(result);

    assertThat(store.list(LAYOUT.folder() + "/"))
        .contains(
            LAYOUT.spec(),
            LAYOUT.versions(),
            LAYOUT.metrics(),
            LAYOUT.events(),
            LAYOUT.report(),
            LAYOUT.manifest(0),
            LAYOUT.result());
    assertThat(text(LAYOUT.report())).contains("nobody came");
    assertThat(text(LAYOUT.spec())).contains("seed: 42");
    assertThat(Manifests.rounds(store, JOB)).containsExactly(manifest);
    assertThat(Manifests.result(store, JOB)).contains(result);
  }

  private String text(String path) {
    return new String(store.read(path, 1 << 20).orElseThrow(), StandardCharsets.UTF_8);
  }

  private AggregateTask task(Artifact global, int quorum, Update... updates) {
    return new AggregateTask(
        JOB, 1, new StrategySpec.FedAvg(), global, Optional.empty(), List.of(updates), quorum);
  }

  private Update update(String site, long examples, float... values) throws IOException {
    SiteName name = new SiteName(site);
    return new Update(name, 1, model(LAYOUT.update(1, name, 1), values), examples, 0, 0);
  }

  private Artifact model(String path, float... values) throws IOException {
    Path file = Files.createTempFile(folder, "model", ".safetensors");
    Tensor tensor = Tensor.of("w", List.of((long) values.length), values);
    SafetensorsWriter.writeAll(file, List.of(tensor), Map.of());
    return store.putIfAbsent(path, file);
  }

  private float[] values(Artifact model) {
    Path file = folder.resolve(model.sha256() + ".safetensors");
    store.download(model, file);
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      return opened.readAll().get(0).values();
    }
  }
}
