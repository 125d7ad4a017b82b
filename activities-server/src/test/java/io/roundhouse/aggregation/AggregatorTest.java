package io.roundhouse.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.roundhouse.aggregation.CheckedUpdate.Accepted;
import io.roundhouse.spec.StrategySpec;
import io.roundhouse.spec.UpdatesSpec;
import io.roundhouse.storage.SafetensorsFile;
import io.roundhouse.storage.SafetensorsWriter;
import io.roundhouse.storage.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AggregatorTest {
  private static final StrategySpec.FedAdam FED_ADAM =
      new StrategySpec.FedAdam(0.1, 0.9, 0.99, 1e-3);
  private static final int[] SIZES = {640, 10, 0, 1, 3331};
  private static final int ELEMENTS = Arrays.stream(SIZES).sum();
  private static final int SITES = 5;
  private static final float[] EXAMPLES = {30, 1, 250, 77, 1000};

  private final Path folder;
  private final JavaKernel kernel = new JavaKernel();

  AggregatorTest(@TempDir Path folder) {
    this.folder = folder;
  }

  static Stream<StrategySpec> strategies() {
    return Stream.of(new StrategySpec.FedAvg(), FED_ADAM, new StrategySpec.FedMedian());
  }

  /** The formulas of the plain NumPy reference, in doubles, for five rounds. */
  @ParameterizedTest
  @MethodSource("strategies")
  void followsTheFormulasOfTheReference(StrategySpec spec) {
    Aggregator aggregator = new Aggregator(Strategy.of(spec), kernel);
    Reference reference = new Reference(spec);
    float[] model = Updates.random(1, 1, ELEMENTS, 0.5f, 2)[0];
    Path file = write("0", model);
    Optional<Path> state = Optional.empty();
    for (int round = 1; round <= 5; round++) {
      float[][] updates = updates(round, model);
      double[] expected = reference.step(model, updates);
      Path next = folder.resolve("model" + round);
      Path nextState = folder.resolve("state" + round);
      aggregator.aggregate(file, state, accepted("r" + round, file, updates), next, nextState);
      model = read(next);
      for (int i = 0; i < ELEMENTS; i++) {
        assertThat((double) model[i])
            .as("round %s element %s", round, i)
            .isCloseTo(expected[i], within(Math.max(Math.ulp((float) expected[i]), 1e-11)));
      }
      file = next;
      state = Strategy.of(spec).state().isEmpty() ? Optional.empty() : Optional.of(nextState);
      assertThat(Files.exists(nextState)).isEqualTo(state.isPresent());
    }
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void bytesDependNeitherOnTilesNorOnThreadsNorOnOrder(StrategySpec spec) throws IOException {
    Strategy strategy = Strategy.of(spec);
    float[] model = Updates.random(2, 1, ELEMENTS, 1, 5)[0];
    Path file = write("0", model);
    List<Accepted> updates = accepted("u", file, updates(3, model));
    byte[] expectedModel = {};
    byte[] expectedState = {};
    for (int tile : new int[] {1 << 20, 1, 7, 256, 640}) {
      for (int threads : new int[] {1, 3}) {
        Path next = folder.resolve("next");
        Path nextState = folder.resolve("nextState");
        new Aggregator(strategy, kernel, threads, tile, 0)
            .aggregate(file, Optional.empty(), updates, next, nextState);
        byte[] state = strategy.state().isEmpty() ? new byte[0] : Files.readAllBytes(nextState);
        if (expectedModel.length == 0) {
          expectedModel = Files.readAllBytes(next);
          expectedState = state;
        }
        assertThat(next).hasBinaryContent(expectedModel);
        assertThat(state).isEqualTo(expectedState);
      }
      Collections.shuffle(updates, new Random(tile));
    }
  }

  /** Late updates have weights that are no whole numbers. */
  @ParameterizedTest
  @MethodSource("strategies")
  void bytesDependOnNoOrderWhereWeightsAreNotWhole(StrategySpec spec) throws IOException {
    float[] model = Updates.random(8, 1, ELEMENTS, 1, 5)[0];
    Path file = write("0", model);
    List<Accepted> updates = new ArrayList<>();
    for (Accepted update : accepted("u", file, updates(9, model))) {
      updates.add(update.worth(StrictMath.pow(2.0 + updates.size(), -2.7)));
    }
    byte[] expected = {};
    for (int trial = 0; trial < 6; trial++) {
      Path next = folder.resolve("next");
      new Aggregator(Strategy.of(spec), kernel, 1 + trial % 3, 100 + 7 * trial, 0)
          .aggregate(file, Optional.empty(), updates, next, folder.resolve("nextState"));
      expected = trial == 0 ? Files.readAllBytes(next) : expected;
      assertThat(next).hasBinaryContent(expected);
      Collections.shuffle(updates, new Random(trial));
    }
  }

  @Test
  void weighsLateUpdatesLess() {
    Path file = write("0", new float[ELEMENTS]);
    float[][] values = new float[2][ELEMENTS];
    Arrays.fill(values[0], 1);
    Arrays.fill(values[1], 5);
    List<Accepted> updates = accepted("u", file, values);
    Accepted fresh = new Accepted(updates.get(0).file(), 3, updates.get(0).largest(), 1);
    Accepted late = new Accepted(updates.get(1).file(), 4, updates.get(1).largest(), 1);
    Path next = folder.resolve("next");
    new Aggregator(new FedAvg(), kernel)
        .aggregate(
            file,
            Optional.empty(),
            List.of(fresh, late.worth(0.25)),
            next,
            folder.resolve("state"));
    assertThat(read(next)).containsOnly(2);
    new Aggregator(new FedMedian(), kernel)
        .aggregate(
            file,
            Optional.empty(),
            List.of(fresh, late.worth(0.25)),
            next,
            folder.resolve("state"));
    assertThat(read(next)).containsOnly(3);
  }

  @Test
  void openClGivesTheSameBytes() {
    Optional<OpenClKernel> device = OpenClKernel.open();
    if (device.isEmpty()) {
      System.out.println("no OpenCL device: files of Java and OpenCL are not compared");
      return;
    }
    float[] large = Updates.random(4, 1, 70_000, 1, 5)[0];
    Path file = folder.resolve("large");
    SafetensorsWriter.writeAll(file, List.of(Tensor.of("W", List.of(70_000L), large)), Map.of());
    List<Accepted> updates = new ArrayList<>();
    for (int k = 0; k < 3; k++) {
      Path update = folder.resolve("large" + k);
      float[] values = Updates.random(k, 1, 70_000, 1, 5)[0];
      SafetensorsWriter.writeAll(
          update, List.of(Tensor.of("W", List.of(70_000L), values)), Map.of());
      updates.add((Accepted) OneUpdate.check(file, update, 10 + k, UpdatesSpec.DEFAULT));
    }
    try (OpenClKernel openCl = device.orElseThrow()) {
      strategies()
          .map(Strategy::of)
          .forEach(
              strategy -> {
                Path one = folder.resolve("one");
                Path two = folder.resolve("two");
                Path state = folder.resolve("state");
                new Aggregator(strategy, kernel)
                    .aggregate(file, Optional.empty(), updates, one, state);
                new Aggregator(strategy, openCl, 2, openCl.tile(), 0)
                    .aggregate(file, Optional.empty(), updates, two, state);
                assertThat(one).as(strategy.name()).hasSameBinaryContentAs(two);
              });
    }
  }

  @Test
  void keepsTheModelsMetadata() {
    Path file = write("0", new float[ELEMENTS]);
    Path next = folder.resolve("next");
    new Aggregator(new FedAvg(), kernel)
        .aggregate(
            file,
            Optional.empty(),
            accepted("u", file, updates(1, new float[ELEMENTS])),
            next,
            folder.resolve("state"));
    try (SafetensorsFile opened = SafetensorsFile.open(next)) {
      assertThat(opened.metadata()).isEqualTo(Map.of("format", "pt"));
    }
  }

  @Test
  void refusesTheStateOfAnotherModelOrStrategy() {
    float[] model = new float[ELEMENTS];
    Path file = write("0", model);
    Path next = folder.resolve("next");
    List<Accepted> updates = accepted("u", file, updates(1, model));
    Aggregator aggregator = new Aggregator(Strategy.of(FED_ADAM), kernel);
    assertThatThrownBy(
            () ->
                aggregator.aggregate(
                    file, Optional.of(file), updates, next, folder.resolve("state")))
        .isInstanceOf(AggregationException.class)
        .hasMessageContaining("tensor 'm.0' is missing");
  }

  @Test
  void refusesAResultThatIsNotFinite() {
    float[] model = new float[ELEMENTS];
    Arrays.fill(model, Float.MAX_VALUE / 2);
    Path file = write("0", model);
    float[][] updates = new float[SITES][ELEMENTS];
    for (float[] update : updates) {
      System.arraycopy(model, 0, update, 0, ELEMENTS);
      update[645] = Float.MAX_VALUE;
    }
    List<Accepted> accepted = accepted("u", file, updates);
    Strategy strategy = Strategy.of(new StrategySpec.FedAdam(1e40, 0.9, 0.99, 1e-3));
    assertThatThrownBy(
            () ->
                new Aggregator(strategy, kernel, 3, 16, 0)
                    .aggregate(
                        file,
                        Optional.empty(),
                        accepted,
                        folder.resolve("next"),
                        folder.resolve("state")))
        .isInstanceOf(AggregationException.class)
        .hasMessageContaining(
            "tensor '1' of the next global model would hold Infinity at element 5, perhaps");
  }

  @Test
  void refusesToAggregateNothing() {
    Path file = write("0", new float[ELEMENTS]);
    assertThatThrownBy(
            () ->
                new Aggregator(new FedMedian(), kernel)
                    .aggregate(
                        file,
                        Optional.empty(),
                        List.of(),
                        folder.resolve("next"),
                        folder.resolve("state")))
        .isInstanceOf(AggregationException.class)
        .hasMessageContaining("0 updates");
  }

  private static float[][] updates(long seed, float[] model) {
    float[][] changes = Updates.random(seed, SITES, ELEMENTS, 0.1f, 1);
    for (float[] change : changes) {
      for (int i = 0; i < ELEMENTS; i++) {
        change[i] += model[i];
      }
    }
    return changes;
  }

  private List<Accepted> accepted(String name, Path model, float[][] updates) {
    List<Accepted> accepted = new ArrayList<>();
    for (int k = 0; k < updates.length; k++) {
      Path file = write(name + "-" + k, updates[k]);
      accepted.add(
          (Accepted) OneUpdate.check(model, file, (long) EXAMPLES[k], UpdatesSpec.DEFAULT));
    }
    return accepted;
  }

  private Path write(String name, float[] values) {
    List<Tensor> tensors = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < SIZES.length; i++) {
      float[] part = Arrays.copyOfRange(values, start, start + SIZES[i]);
      tensors.add(Tensor.of(Integer.toString(i), List.of((long) SIZES[i]), part));
      start += SIZES[i];
    }
    Path file = folder.resolve(name);
    SafetensorsWriter.writeAll(file, tensors, Map.of("format", "pt"));
    return file;
  }

  private static float[] read(Path file) {
    float[] values = new float[ELEMENTS];
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      int start = 0;
      for (Tensor tensor : opened.readAll()) {
        System.arraycopy(tensor.values(), 0, values, start, tensor.values().length);
        start += tensor.values().length;
      }
    }
    return values;
  }

  /** The strategies as straightforward loops over doubles. */
  private static final class Reference {
    private final StrategySpec spec;
    private final double[] m = new double[ELEMENTS];
    private final double[] v = new double[ELEMENTS];
    private int t;

    Reference(StrategySpec spec) {
      this.spec = spec;
    }

    double[] step(float[] w, float[][] updates) {
      t++;
      double total = 0;
      for (float n : EXAMPLES) {
        total += n;
      }
      double[] next = new double[ELEMENTS];
      for (int i = 0; i < ELEMENTS; i++) {
        double mean = 0;
        double[] column = new double[SITES];
        for (int k = 0; k < SITES; k++) {
          mean += EXAMPLES[k] / total * updates[k][i];
          column[k] = updates[k][i];
        }
        Arrays.sort(column);
        next[i] =
            spec instanceof StrategySpec.FedAvg
                ? mean
                : spec instanceof StrategySpec.FedMedian ? column[SITES / 2] : adam(i, w[i], mean);
      }
      return next;
    }

    private double adam(int i, double w, double mean) {
      m[i] = 0.9 * m[i] + (1 - 0.9) * (mean - w);
      v[i] = 0.99 * v[i] + (1 - 0.99) * Math.pow(mean - w, 2);
      double eta = 0.1 * Math.sqrt(1 - Math.pow(0.99, t + 1)) / (1 - Math.pow(0.9, t + 1));
      return w + eta * m[i] / (Math.sqrt(v[i]) + 1e-3);
    }
  }
}
