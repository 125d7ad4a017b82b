package io.roundhouse.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.storage.DType;
import io.roundhouse.storage.SafetensorsWriter;
import io.roundhouse.storage.Tensor;
import io.roundhouse.storage.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpdateCheckTest {
  private static final int LARGE = 40_000;

  private final Path folder;
  private final Path model;

  UpdateCheckTest(@TempDir Path folder) {
    this.folder = folder;
    this.model = write("model", weights(), bias(new float[LARGE]));
  }

  @Test
  void acceptsWhatFits() {
    float[] values = new float[LARGE];
    values[LARGE - 1] = -4;
    values[1] = 3;
    Path update = write("update", bias(values), weights());
    CheckedUpdate checked = UpdateCheck.check(model, update, 12);
    assertThat(checked).isEqualTo(new CheckedUpdate.Accepted(update, 12, List.of(6f, 4f), 5));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 1_000_000_000})
  void acceptsWeightsAtTheirLimits(long examples) {
    assertThat(UpdateCheck.check(model, model, examples))
        .isInstanceOf(CheckedUpdate.Accepted.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -5, 1_000_000_000_000L, 1_000_000_001})
  void refusesWeightsOutOfRange(long examples) {
    assertThat(reasons(model, examples))
        .containsExactly("it counts " + examples + " examples, not 1 to 1000000000");
  }

  @ParameterizedTest
  @CsvSource({"NaN, 0", "Infinity, 17", "-Infinity, 39999"})
  void refusesValuesThatAreNotFinite(float value, int element) {
    float[] values = new float[LARGE];
    values[element] = value;
    assertThat(reasons(write("update", weights(), bias(values)), 1))
        .containsExactly("tensor '0_b' holds " + value + " at element " + element);
  }

  @Test
  void refusesAnotherShape() {
    Tensor turned = Tensor.of("0_W", List.of(3L, 2L), new float[6]);
    assertThat(reasons(write("update", turned, bias(new float[LARGE])), 1))
        .containsExactly("tensor '0_W' has shape [3, 2], the global model has [2, 3]");
  }

  @Test
  void refusesAMissingAndAnExtraTensor() {
    Tensor named = Tensor.of("0_w2", List.of(2L, 3L), new float[6]);
    assertThat(reasons(write("update", named, bias(new float[LARGE])), 1))
        .containsExactly(
            "tensor '0_W' is missing",
            "tensor '0_w2' is not in the global model, perhaps you should name it '0_W'");
  }

  @Test
  void refusesDoubles() {
    Path update = folder.resolve("update");
    List<TensorSpec> tensors =
        List.of(
            new TensorSpec("0_W", DType.F64, List.of(2L, 3L)),
            new TensorSpec("0_b", DType.F32, List.of((long) LARGE)));
    try (SafetensorsWriter writer = SafetensorsWriter.create(update, tensors, Map.of())) {
      writer.write(0, 0, new double[6], 0, 6);
      writer.write(1, 0, new float[LARGE], 0, LARGE);
    }
    assertThat(reasons(update, 1))
        .containsExactly(
            "tensor '0_W' is F64, the global model's is F32, perhaps you should send F32");
  }

  @Test
  void collectsSeveralReasonsAndStops() {
    List<Tensor> tensors = new ArrayList<>(List.of(weights(), bias(new float[LARGE])));
    for (int i = 0; i < 20; i++) {
      tensors.add(Tensor.of("extra" + i, List.of(1L), new float[1]));
    }
    Path update = write("update", tensors.toArray(Tensor[]::new));
    assertThat(reasons(update, 0)).hasSize(UpdateCheck.MOST_REASONS);
  }

  @Test
  void refusesAFileThatIsNotSafetensors() throws IOException {
    Path update = folder.resolve("update");
    Files.writeString(update, "PK, this is no model");
    CheckedUpdate checked = UpdateCheck.check(model, update, 1);
    assertThat(checked).isInstanceOf(CheckedUpdate.Refused.class);
    assertThat(((CheckedUpdate.Refused) checked).reason()).contains("header");
  }

  private List<String> reasons(Path update, long examples) {
    CheckedUpdate checked = UpdateCheck.check(model, update, examples);
    assertThat(checked).isInstanceOf(CheckedUpdate.Refused.class);
    return ((CheckedUpdate.Refused) checked).reasons();
  }

  private Path write(String name, Tensor... tensors) {
    Path file = folder.resolve(name);
    SafetensorsWriter.writeAll(file, List.of(tensors), Map.of());
    return file;
  }

  private static Tensor weights() {
    return Tensor.of("0_W", List.of(2L, 3L), new float[] {1, 2, 3, 4, 5, -6});
  }

  private static Tensor bias(float[] values) {
    return Tensor.of("0_b", List.of((long) LARGE), values);
  }
}
