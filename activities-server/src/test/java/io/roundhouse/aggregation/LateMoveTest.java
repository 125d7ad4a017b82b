package io.roundhouse.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.aggregation.CheckedUpdate.Accepted;
import io.roundhouse.spec.UpdatesSpec;
import io.roundhouse.storage.SafetensorsFile;
import io.roundhouse.storage.SafetensorsWriter;
import io.roundhouse.storage.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LateMoveTest {
  private static final int LARGE = 40_000;

  private final Path folder;

  LateMoveTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /** Tiles, and tensors in other orders than the model's, as a reference in doubles has them. */
  @Test
  void movesTheDifferenceOntoThePresentModel() {
    float[] model = Updates.random(1, 1, LARGE, 1, 6)[0];
    float[] base = Updates.random(2, 1, LARGE, 1, 6)[0];
    float[] update = Updates.random(3, 1, LARGE, 1, 6)[0];
    Path now = write("model", Tensor.of("b", List.of(2L), new float[] {1, 2}), large(model));
    Path before = write("base", large(base), Tensor.of("b", List.of(2L), new float[] {10, 20}));
    Path after = write("update", large(update), Tensor.of("b", List.of(2L), new float[] {13, 16}));
    Accepted good = check(before, after);

    CheckedUpdate moved = LateMove.move(now, before, good.worth(0.5), folder.resolve("moved"));

    List<Tensor> tensors = read(folder.resolve("moved"));
    assertThat(tensors.get(0).values()).containsExactly(4, -2);
    float largest = 0;
    for (int i = 0; i < LARGE; i++) {
      float expected = (float) (model[i] + ((double) update[i] - base[i]));
      assertThat(tensors.get(1).values()[i]).as("element %s", i).isEqualTo(expected);
      largest = Math.max(largest, Math.abs(expected));
    }
    assertThat(moved)
        .isEqualTo(
            new Accepted(folder.resolve("moved"), 3.5, List.of(4f, largest), good.distance()));
  }

  @Test
  void refusesWhatOverflowsOnThePresentModel() {
    Path now = write("model", one(3e38f));
    Path before = write("base", one(-1e38f));
    Path after = write("update", one(1e38f));
    assertThat(LateMove.move(now, before, check(before, after), folder.resolve("moved")))
        .isEqualTo(
            new CheckedUpdate.Refused(
                List.of("on the present global model, tensor 'w' overflows")));
  }

  @Test
  void refusesABaseThatIsAnotherModel() {
    Path now = write("model", one(3));
    Path before = write("base", Tensor.of("w", List.of(1L, 1L), new float[1]));
    assertThat(LateMove.move(now, before, check(before, before), folder.resolve("moved")))
        .isInstanceOfSatisfying(
            CheckedUpdate.Refused.class,
            bad -> assertThat(bad.reason()).contains("has other tensors than the global model"));
  }

  private static Accepted check(Path base, Path update) {
    return (Accepted) OneUpdate.check(base, update, 7, UpdatesSpec.DEFAULT);
  }

  private static Tensor large(float[] values) {
    return Tensor.of("a", List.of((long) LARGE), values);
  }

  private static Tensor one(float value) {
    return Tensor.of("w", List.of(1L), new float[] {value});
  }

  private static List<Tensor> read(Path file) {
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      return opened.readAll();
    }
  }

  private Path write(String name, Tensor... tensors) {
    Path file = folder.resolve(name);
    SafetensorsWriter.writeAll(file, List.of(tensors), Map.of());
    return file;
  }
}
