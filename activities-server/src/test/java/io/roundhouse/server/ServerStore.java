package io.roundhouse.server;

import io.roundhouse.aggregation.KernelChoice;
import io.roundhouse.aggregation.SelectedKernel;
import io.roundhouse.aggregation.Workload;
import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Digest;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Update;
import io.roundhouse.spec.LateSpec.Staleness;
import io.roundhouse.spec.StrategySpec;
import io.roundhouse.spec.UpdatesSpec;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.EmbeddedStore;
import io.roundhouse.storage.JobLayout;
import io.roundhouse.storage.SafetensorsFile;
import io.roundhouse.storage.SafetensorsWriter;
import io.roundhouse.storage.Tensor;
import io.roundhouse.workflows.AggregateTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A real store with the server's activities on it, and models of one tensor or more. */
final class ServerStore implements AutoCloseable {
  static final JobId JOB = new JobId("test", "job");
  static final JobLayout LAYOUT = new JobLayout(JOB);
  static final Staleness WORTH = new Staleness(0.5, 5, Duration.ofHours(1));

  private final Path folder;
  private final EmbeddedStore objects;
  private final ArtifactStore store;
  private final SelectedKernel kernel;

  ServerStore(Path folder) {
    this.folder = folder;
    objects = EmbeddedStore.start(folder.resolve("store"));
    store = ArtifactStore.connect(objects.config());
    kernel =
        SelectedKernel.select(
            KernelChoice.JAVA, new Workload(Workload.Operation.WEIGHTED_SUM, 2, 2));
  }

  @Override
  public void close() {
    store.close();
    objects.close();
  }

  ArtifactStore store() {
    return store;
  }

  StoreActivities activities() {
    return new StoreActivities(store, kernel, folder.resolve("work"));
  }

  StoreActivities activities(UpdateSignature signature) {
    return new StoreActivities(store, kernel, folder.resolve("work"), signature);
  }

  /** An aggregation by FedAvg with nothing special about it. */
  static AggregateTask task(
      int round,
      int take,
      Artifact global,
      List<Update> updates,
      List<LateUpdate> late,
      int quorum) {
    return new AggregateTask(
        JOB,
        round,
        take,
        new StrategySpec.FedAvg(),
        UpdatesSpec.DEFAULT,
        WORTH,
        global,
        Optional.empty(),
        updates,
        late,
        quorum);
  }

  Update update(int round, int take, String site, long examples, float... values) {
    SiteName name = new SiteName(site);
    return new Update(
        name, 1, model(LAYOUT.update(round, take, name, 1), values), examples, 0.5, 2);
  }

  Artifact model(String path, float... values) {
    return model(path, Tensor.of("w", List.of((long) values.length), values));
  }

  Artifact model(String path, Tensor... tensors) {
    try {
      Path file = Files.createTempFile(folder, "model", ".safetensors");
      SafetensorsWriter.writeAll(file, List.of(tensors), Map.of());
      return store.putIfAbsent(path, file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  float[] values(Artifact model) {
    Path file = folder.resolve(model.sha256() + ".safetensors");
    store.download(model, file);
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      return opened.readAll().get(0).values();
    }
  }

  String text(String path) {
    return new String(store.read(path, 1 << 20).orElseThrow(), StandardCharsets.UTF_8);
  }

  /** An artifact that nobody looks at. */
  static Artifact made(String path, int number) {
    return new Artifact(path, new Digest("%064x".formatted(number)), 10);
  }
}
