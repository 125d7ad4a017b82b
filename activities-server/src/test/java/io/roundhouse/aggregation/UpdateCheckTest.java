package io.roundhouse.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.aggregation.UpdateCheck.Received;
import io.roundhouse.spec.UpdatesSpec;
import io.roundhouse.spec.UpdatesSpec.Keep;
import io.roundhouse.storage.DType;
import io.roundhouse.storage.SafetensorsWriter;
import io.roundhouse.storage.Tensor;
import io.roundhouse.storage.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    CheckedUpdate checked = OneUpdate.check(model, update, 12, UpdatesSpec.DEFAULT);
    assertThat(checked).isEqualTo(new CheckedUpdate.Accepted(update, 12, List.of(6f, 4f), 5));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 1_000_000_000})
  void acceptsWeightsAtTheirLimits(long examples) {
    assertThat(OneUpdate.check(model, model, examples, UpdatesSpec.DEFAULT))
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
        .containsExactly(
            "tensor '0_b' holds "
                + value
                + " at element "
                + element
                + ", perhaps you should lower the learningRate or look at the site's rows");
  }

  @Test
  void refusesAnotherShape() {
    Tensor turned = Tensor.of("0_W", List.of(3L, 2L), new float[6]);
    assertThat(reasons(write("update", turned, bias(new float[LARGE])), 1))
        .containsExactly("tensor '0_W' has shape [3, 2], not [2, 3]");
  }

  @Test
  void refusesAMissingAndAnExtraTensor() {
    Tensor named = Tensor.of("0_w2", List.of(2L, 3L), new float[6]);
    assertThat(reasons(write("update", named, bias(new float[LARGE])), 1))
        .containsExactly(
            "tensor '0_W' is missing",
            "tensor '0_w2' is not in the model, perhaps you should name it '0_W'");
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
        .containsExactly("tensor '0_W' is F64, perhaps you should save it as F32");
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
    CheckedUpdate checked = OneUpdate.check(model, update, 1, UpdatesSpec.DEFAULT);
    assertThat(checked).isInstanceOf(CheckedUpdate.Refused.class);
    assertThat(((CheckedUpdate.Refused) checked).reason()).contains("header");
  }

  @Test
  void looksAtManyTogetherAsAtEachAlone() throws IOException {
    float[] far = new float[LARGE];
    far[LARGE - 1] = 1e30f;
    float[] infinite = new float[LARGE];
    infinite[5] = Float.NEGATIVE_INFINITY;
    Path text = Files.writeString(folder.resolve("text"), "PK, this is no model");
    List<Received> updates =
        List.of(
            new Received(write("fine", bias(new float[LARGE]), weights()), 12),
            new Received(text, 12),
            new Received(write("infinite", weights(), bias(infinite)), 12),
            new Received(model, 0),
            new Received(write("part", weights()), 12),
            new Received(model, 7),
            new Received(write("far", weights(), bias(far)), 12));
    assertThat(UpdateCheck.check(model, updates, UpdatesSpec.DEFAULT))
        .containsExactlyElementsOf(
            updates.stream()
                .map(one -> OneUpdate.check(model, one.file(), one.examples(), UpdatesSpec.DEFAULT))
                .toList())
        .extracting(CheckedUpdate.Accepted.class::isInstance)
        .containsExactly(true, false, false, false, false, true, true);
    assertThat(UpdateCheck.check(model, List.of(), UpdatesSpec.DEFAULT)).isEmpty();
  }

  @Test
  void refusesWhatIsFartherThanMaxNorm() {
    float[] values = new float[LARGE];
    values[7] = 3;
    values[LARGE - 1] = -4;
    Path update = write("update", weights(), bias(values));
    assertThat(OneUpdate.check(model, update, 1, limits(5, 100)))
        .isInstanceOf(CheckedUpdate.Accepted.class);
    assertThat(reasons(update, 1, limits(4.999, 100)))
        .containsExactly(
            "it is 5.000 away from the global model that it started from, more than the job's"
                + " maxNorm of 4.999, perhaps you should lower the learningRate or look at the"
                + " site's rows");
  }

  @Test
  void refusesWhatHoldsMoreThanMaxValue() {
    float[] values = new float[LARGE];
    values[7] = -6.5f;
    Path update = write("update", weights(), bias(values));
    assertThat(OneUpdate.check(model, update, 1, limits(100, 6.5)))
        .isInstanceOf(CheckedUpdate.Accepted.class);
    assertThat(reasons(update, 1, limits(100, 6)))
        .containsExactly(
            "tensor '0_b' holds a value of size 6.5, more than the job's maxValue of 6.0, perhaps"
                + " you should lower the learningRate");
  }

  @ParameterizedTest
  @ValueSource(longs = {9, 21})
  void refusesTooFewAndTooManyExamples(long examples) {
    UpdatesSpec limits =
        new UpdatesSpec(
            Optional.empty(),
            100,
            Optional.empty(),
            10,
            20,
            Optional.empty(),
            Optional.empty(),
            Optional.of(Keep.ALL));
    assertThat(reasons(model, examples, limits))
        .containsExactly("it counts " + examples + " examples, not 10 to 20");
    assertThat(OneUpdate.check(model, model, 10, limits))
        .isInstanceOf(CheckedUpdate.Accepted.class);
    assertThat(OneUpdate.check(model, model, 20, limits))
        .isInstanceOf(CheckedUpdate.Accepted.class);
  }

  /** A limit as large as a number can be is no limit, and not a number is refused as that. */
  @Test
  void saysThatAValueIsNotFiniteWhateverTheLimits() {
    float[] values = new float[LARGE];
    values[3] = Float.POSITIVE_INFINITY;
    assertThat(reasons(write("update", weights(), bias(values)), 1, limits(1, 1)))
        .anyMatch(reason -> reason.startsWith("tensor '0_b' holds Infinity at element 3"));
    Arrays.fill(values, Float.MAX_VALUE);
    assertThat(
            OneUpdate.check(
                model, write("largest", weights(), bias(values)), 1, UpdatesSpec.DEFAULT))
        .isInstanceOfSatisfying(
            CheckedUpdate.Accepted.class, good -> assertThat(good.distance()).isFinite());
  }

  @Test
  void acceptsAModelWithoutAnyElement() {
    Path empty = write("empty", Tensor.of("w", List.of(0L, 3L), new float[0]));
    assertThat(OneUpdate.check(empty, empty, 1, limits(1e-30, 1e-30)))
        .isEqualTo(new CheckedUpdate.Accepted(empty, 1, List.of(0f), 0));
  }

  private static UpdatesSpec limits(double maxNorm, double maxValue) {
    return new UpdatesSpec(
        Optional.of(maxNorm),
        100,
        Optional.of(maxValue),
        1,
        100,
        Optional.empty(),
        Optional.empty(),
        Optional.of(Keep.ALL));
  }

  private List<String> reasons(Path update, long examples) {
    return reasons(update, examples, UpdatesSpec.DEFAULT);
  }

  private List<String> reasons(Path update, long examples, UpdatesSpec limits) {
    CheckedUpdate checked = OneUpdate.check(model, update, examples, limits);
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
