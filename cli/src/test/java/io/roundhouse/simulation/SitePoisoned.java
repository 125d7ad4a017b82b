package io.roundhouse.simulation;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Update;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.DType;
import io.roundhouse.storage.SafetensorsFile;
import io.roundhouse.storage.SafetensorsWriter;
import io.roundhouse.storage.Tensor;
import io.roundhouse.storage.TensorSpec;
import io.roundhouse.workflows.TrainTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A site that trains as it should and then answers with something else, before all others or last.
 */
final class SitePoisoned implements Disturbance {
  private final SiteName site;
  private final Poison poison;
  private final boolean first;
  private final int others;
  private final Path folder;
  private final Map<Integer, Turn> turns = new ConcurrentHashMap<>();

  /** What it does with its update, and how a refusal names it. */
  enum Poison {
    NAN("tensor '0_W' holds NaN at element 0"),
    TIMES_1000("away from the global model that it started from, more than 100.0 times"),
    WRONG_SHAPE("tensor '0_W' has shape [16, 64], not [64, 16]"),
    DOUBLES("tensor '0_W' is F64, perhaps you should save it as F32"),
    HUGE_WEIGHT("it counts 1000000000000 examples, not 1 to 1000000000"),
    TRUNCATED_FILE("its tensors have "),
    REPLACED_FILE("in the store has another SHA-256 than was recorded"),
    ANOTHER_ROUND("it is of another round, job or site: its artifact is "),
    ANOTHER_NAME("it answered in the name of s02");

    private final String reason;

    Poison(String reason) {
      this.reason = reason;
    }

    String reason() {
      return reason;
    }
  }

  /** Who has answered in a round. */
  private record Turn(CountDownLatch poisoned, CountDownLatch others) {}

  /**
   * @param others how many other sites are asked in a round
   * @param folder for files
   */
  SitePoisoned(SiteName site, Poison poison, boolean first, int others, Path folder) {
    this.site = site;
    this.poison = poison;
    this.first = first;
    this.others = others;
    this.folder = folder;
  }

  @Override
  public @Nullable Object activity(Federation federation, ActivityCall call) {
    if (!(call.task() instanceof TrainTask task)) {
      return call.proceed();
    }
    Turn turn =
        turns.computeIfAbsent(
            task.round(), any -> new Turn(new CountDownLatch(1), new CountDownLatch(others)));
    boolean bad = task.site().equals(site);
    if (bad != first) {
      Waiting.on(bad ? turn.others : turn.poisoned);
    }
    Update update = (Update) call.proceed();
    Object answer = bad && update != null ? poisoned(federation.store(), task, update) : update;
    (bad ? turn.poisoned : turn.others).countDown();
    return answer;
  }

  private Update poisoned(ArtifactStore store, TrainTask task, Update good) {
    return switch (poison) {
      case NAN -> changed(store, good, values -> values[0] = Float.NaN);
      case TIMES_1000 ->
          changed(
              store,
              good,
              values -> {
                for (int i = 0; i < values.length; i++) {
                  values[i] *= 1000;
                }
              });
      case WRONG_SHAPE -> {
        List<Tensor> tensors = new ArrayList<>(tensors(store, good));
        Tensor weights = tensors.get(0);
        List<Long> shape = new ArrayList<>(weights.spec().shape());
        Collections.reverse(shape);
        tensors.set(0, Tensor.of(weights.spec().name(), shape, weights.values()));
        yield sent(store, good, bytes(tensors));
      }
      case DOUBLES -> sent(store, good, doubles(tensors(store, good)));
      case HUGE_WEIGHT ->
          new Update(
              good.site(), good.attempt(), good.artifact(), 1_000_000_000_000L, good.loss(), 1);
      case TRUNCATED_FILE -> {
        byte[] whole = bytes(tensors(store, good));
        yield sent(store, good, Arrays.copyOf(whole, whole.length - 7));
      }
      case REPLACED_FILE -> {
        byte[] whole = bytes(tensors(store, good));
        whole[whole.length - 1] ^= 1;
        sent(store, good, whole);
        yield good;
      }
      case ANOTHER_ROUND ->
          new Update(good.site(), good.attempt(), task.model(), good.examples(), good.loss(), 1);
      case ANOTHER_NAME ->
          new Update(
              new SiteName("s02"),
              good.attempt(),
              good.artifact(),
              good.examples(),
              good.loss(),
              1);
    };
  }

  /** What is done to the values of every tensor. */
  private interface Change {
    void to(float[] values);
  }

  private Update changed(ArtifactStore store, Update good, Change change) {
    List<Tensor> tensors = tensors(store, good);
    tensors.forEach(tensor -> change.to(tensor.values()));
    return sent(store, good, bytes(tensors));
  }

  private List<Tensor> tensors(ArtifactStore store, Update good) {
    Path file = folder.resolve("good");
    store.download(good.artifact(), file);
    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      return read.readAll();
    }
  }

  /** Puts the bytes in the place of its update, as only somebody who owns the store can. */
  private static Update sent(ArtifactStore store, Update good, byte[] bytes) {
    String path = good.artifact().path();
    store.delete(path);
    Artifact artifact = store.putIfAbsent(path, bytes);
    return new Update(good.site(), good.attempt(), artifact, good.examples(), good.loss(), 1);
  }

  private byte[] bytes(List<Tensor> tensors) {
    return written(file -> SafetensorsWriter.writeAll(file, tensors, Map.of()));
  }

  private byte[] doubles(List<Tensor> tensors) {
    List<TensorSpec> specs =
        tensors.stream()
            .map(tensor -> new TensorSpec(tensor.spec().name(), DType.F64, tensor.spec().shape()))
            .toList();
    return written(
        file -> {
          try (SafetensorsWriter writer = SafetensorsWriter.create(file, specs, Map.of())) {
            for (int i = 0; i < tensors.size(); i++) {
              float[] values = tensors.get(i).values();
              double[] wide = new double[values.length];
              for (int n = 0; n < values.length; n++) {
                wide[n] = values[n];
              }
              writer.write(i, 0, wide, 0, wide.length);
            }
          }
        });
  }

  /** Writes a file. */
  private interface Writing {
    void to(Path file);
  }

  private byte[] written(Writing writing) {
    try {
      Path file = folder.resolve("bad");
      writing.to(file);
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return poison + " from " + site + (first ? ", first" : ", last");
  }
}
