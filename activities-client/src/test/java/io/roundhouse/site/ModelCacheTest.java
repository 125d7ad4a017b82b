package io.roundhouse.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.domain.Artifact;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.Artifacts;
import io.roundhouse.storage.Content;
import io.roundhouse.storage.EmbeddedStore;
import io.roundhouse.storage.SafetensorsWriter;
import io.roundhouse.storage.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCacheTest {
  private final Path folder;
  private final EmbeddedStore server;
  private final ArtifactStore store;

  ModelCacheTest(@TempDir Path folder) {
    this.folder = folder;
    this.server = EmbeddedStore.start(folder.resolve("store"));
    this.store = ArtifactStore.connect(server.config());
  }

  @AfterEach
  void stop() {
    store.close();
    server.close();
  }

  @Test
  void keepsTheModelsUsedLast() {
    ModelCache cache = cache(2);
    List<Artifact> models = List.of(model(0), model(1), model(2));
    cache.tensors(models.get(0), store);
    cache.tensors(models.get(1), store);
    cache.tensors(models.get(0), store);
    cache.tensors(models.get(2), store);
    assertThat(cached()).containsExactlyInAnyOrder(file(models.get(0)), file(models.get(2)));
  }

  @Test
  void makesRoomBeforeItDownloads() {
    ModelCache cache = cache(2);
    List<Artifact> models = List.of(model(0), model(1), model(2));
    List<Integer> before = new ArrayList<>();
    for (Artifact model : models) {
      cache.tensors(
          model,
          new Artifacts() {
            @Override
            public Artifact putIfAbsent(String path, Content content) {
              throw new UnsupportedOperationException(path);
            }

            @Override
            public void download(Artifact artifact, Path target) {
              before.add(cached().size());
              store.download(artifact, target);
            }
          });
    }
    assertThat(before).containsExactly(0, 1, 1);
    assertThat(cached()).containsExactlyInAnyOrder(file(models.get(1)), file(models.get(2)));
  }

  @Test
  void worksWithoutTheStoreOnceCached() throws IOException {
    Artifact model = model(7);
    assertThat(cache(2).tensors(model, store)).isEqualTo(tensors(7));
    server.close();
    assertThat(cache(2).tensors(model, store)).isEqualTo(tensors(7));
  }

  @Test
  void downloadsADamagedFileAgain() throws IOException {
    Artifact model = model(7);
    cache(2).tensors(model, store);
    Files.write(file(model), new byte[3]);
    assertThat(cache(2).tensors(model, store)).isEqualTo(tensors(7));
  }

  @Test
  void readsTheNextModelIntoTensorsThatWereGivenBack() {
    ModelCache cache = cache(2);
    List<Tensor> first = cache.tensors(model(1), store);
    cache.giveBack(first);
    List<Tensor> second = cache.tensors(model(2), store);
    assertThat(second).isSameAs(first).isEqualTo(tensors(2));
    assertThat(cache.tensors(model(1), store)).isEqualTo(tensors(1));
    assertThat(second).isEqualTo(tensors(2));
  }

  @Test
  void leavesTensorsOfOtherShapesAlone() {
    ModelCache cache = cache(2);
    List<Tensor> wider = List.of(Tensor.of("w", List.of(3L), new float[] {4, 5, 6}));
    cache.giveBack(wider);
    assertThat(cache.tensors(model(1), store)).isEqualTo(tensors(1));
    assertThat(wider.get(0).values()).containsExactly(4, 5, 6);
  }

  @Test
  void servesManySitesAtOnce() throws Exception {
    ModelCache cache = cache(2);
    List<Artifact> models = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      models.add(model(i));
    }
    ExecutorService sites = Executors.newFixedThreadPool(8);
    try {
      List<Future<List<Tensor>>> reads = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        Artifact model = models.get(i * 7 % 5);
        reads.add(sites.submit(() -> copyOfWhatIsGivenBack(cache, model)));
      }
      for (int i = 0; i < 200; i++) {
        assertThat(reads.get(i).get()).isEqualTo(tensors(i * 7 % 5));
      }
    } finally {
      sites.shutdownNow();
    }
    assertThat(cached()).hasSizeLessThanOrEqualTo(2);
  }

  private List<Tensor> copyOfWhatIsGivenBack(ModelCache cache, Artifact model) {
    List<Tensor> tensors = cache.tensors(model, store);
    List<Tensor> copy =
        tensors.stream().map(t -> new Tensor(t.spec(), t.values().clone())).toList();
    cache.giveBack(tensors);
    return copy;
  }

  private ModelCache cache(int files) {
    return new ModelCache(folder.resolve("cache"), files);
  }

  private Artifact model(int value) {
    Path file = folder.resolve("model");
    SafetensorsWriter.writeAll(file, tensors(value), Map.of());
    return store.putIfAbsent("models/" + value, file);
  }

  private static List<Tensor> tensors(int value) {
    return List.of(Tensor.of("w", List.of(2L), new float[] {value, 1}));
  }

  private Path file(Artifact model) {
    return folder.resolve("cache").resolve(model.sha256() + ".safetensors");
  }

  private List<Path> cached() {
    try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
