package io.roundhouse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roundhouse.data.Dataset;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.Seed;
import io.roundhouse.spec.ModelSpec;
import io.roundhouse.spec.TrainingSpec;
import io.roundhouse.spec.TrainingSpec.Optimizer;
import io.roundhouse.spec.TrainingSpec.Order;
import io.roundhouse.storage.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class Dl4jEngineTest {
  private static final TrainingListener IGNORED = (epoch, batch, loss, samples) -> {};
  private static final ModelSpec.Lenet LENET = new ModelSpec.Lenet(1, 8, 8, 10);

  private final TrainingEngine engine = Engines.named("dl4j");
  private final Dataset digits = Digits.load().train();

  @Test
  void drawsInitialWeightsThatDoNotDependOnTheEngine() {
    List<Tensor> model = engine.initialize(Digits.MLP, new Seed(42));
    assertThat(model).isEqualTo(Engines.named("noop").initialize(Digits.MLP, new Seed(42)));
    assertThat(model.stream().map(tensor -> tensor.spec().name()))
        .containsExactly("0_W", "0_b", "1_W", "1_b");
    assertThat(model.get(0).spec().shape()).containsExactly(64L, 32L);
    assertThat(model.get(1).values()).containsOnly(0f);
    SplittableRandom random = new SplittableRandom(42);
    assertThat(model.get(0).values()[0])
        .isEqualTo((float) ((2 * random.nextDouble() - 1) * Math.sqrt(6.0 / 96)));
    assertThat(model).isNotEqualTo(engine.initialize(Digits.MLP, new Seed(43)));
  }

  @ParameterizedTest
  @EnumSource(Optimizer.class)
  void givesTheSameBitsBesideOtherTrainings(Optimizer optimizer) throws Exception {
    TrainingSpec training = Digits.training(2, optimizer, Order.SHUFFLE);
    List<TrainingRequest> requests = new ArrayList<>();
    for (int site = 0; site < 8; site++) {
      requests.add(request(Digits.MLP, digits.select(rows(site)), training, site));
    }
    List<List<Tensor>> alone = new ArrayList<>();
    for (TrainingRequest request : requests) {
      alone.add(engine.train(request, IGNORED).model());
    }
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<TrainingResult>> together = new ArrayList<>();
      for (TrainingRequest request : requests) {
        together.add(threads.submit(() -> engine.train(request, IGNORED)));
      }
      for (int site = 0; site < 8; site++) {
        assertThat(together.get(site).get().model()).isEqualTo(alone.get(site));
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(alone.stream().distinct()).hasSize(8);
  }

  @ParameterizedTest
  @EnumSource(Optimizer.class)
  void learnsWithEveryOptimizer(Optimizer optimizer) {
    List<Tensor> model = engine.initialize(Digits.MLP, new Seed(1));
    TrainingSpec training = Digits.training(10, optimizer, Order.SHUFFLE);
    TrainingResult result = engine.train(request(Digits.MLP, digits, training, 1), IGNORED);
    Metrics before = engine.evaluate(Digits.MLP, model, Digits.load().test());
    Metrics after = engine.evaluate(Digits.MLP, result.model(), Digits.load().test());
    assertThat(before.accuracy()).isLessThan(0.3);
    assertThat(after.accuracy()).isGreaterThan(0.9);
    assertThat(after.examples()).isEqualTo(360);
    assertThat(after.loss()).isLessThan(before.loss());
  }

  @Test
  void trainsAConvolutionalNetwork() {
    TrainingSpec training = Digits.training(2, Optimizer.MOMENTUM, Order.SHUFFLE);
    Dataset rows = digits.select(rows(0));
    TrainingResult result = engine.train(request(LENET, rows, training, 1), IGNORED);
    assertThat(result.model())
        .isEqualTo(engine.train(request(LENET, rows, training, 1), IGNORED).model());
    Metrics before = engine.evaluate(LENET, engine.initialize(LENET, new Seed(1)), rows);
    assertThat(engine.evaluate(LENET, result.model(), rows).loss()).isLessThan(before.loss());
  }

  @Test
  void convolvesLargeImagesAsLecunDid() {
    List<Tensor> model = engine.initialize(new ModelSpec.Lenet(1, 28, 28, 10), new Seed(1));
    assertThat(model.stream().mapToLong(tensor -> tensor.spec().elements()).sum())
        .isEqualTo(431_080);
    float[] image = new float[28 * 28];
    Arrays.fill(image, 0.5f);
    Dataset rows = Dataset.of(image, image.length, new int[] {3});
    assertThat(engine.evaluate(new ModelSpec.Lenet(1, 28, 28, 10), model, rows).examples())
        .isEqualTo(1);
  }

  @Test
  void tellsTheListenerEveryBatch() {
    List<String> seen = new ArrayList<>();
    TrainingSpec training = Digits.training(2, Optimizer.SGD, Order.FILE);
    TrainingResult result =
        engine.train(
            request(Digits.MLP, digits.select(rows(0)), training, 1),
            (epoch, batch, loss, samples) -> {
              assertThat(loss).isPositive();
              seen.add(epoch + "/" + batch + "/" + samples);
            });
    assertThat(seen)
        .hasSize(12)
        .startsWith("0/1/32")
        .contains("0/6/180", "1/1/212")
        .endsWith("1/6/360");
    assertThat(result.loss()).isPositive();
  }

  @Test
  void stopsWhenTheListenerThrows() {
    TrainingSpec training = Digits.training(2, Optimizer.SGD, Order.FILE);
    assertThatThrownBy(
            () ->
                engine.train(
                    request(Digits.MLP, digits, training, 1),
                    (epoch, batch, loss, samples) -> {
                      throw new IllegalStateException("enough");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("enough");
  }

  @Test
  void keepsTheModelItStartsFrom() {
    List<Tensor> model = engine.initialize(Digits.MLP, new Seed(5));
    engine.train(
        new TrainingRequest(
            Digits.MLP,
            model,
            digits,
            Digits.training(1, Optimizer.SGD, Order.FILE),
            new Seed(5),
            Optional.empty()),
        IGNORED);
    assertThat(model).isEqualTo(engine.initialize(Digits.MLP, new Seed(5)));
  }

  @Test
  void refusesRowsThatDoNotFitTheModel() {
    TrainingSpec training = Digits.training(1, Optimizer.SGD, Order.FILE);
    assertThatThrownBy(
            () ->
                engine.train(
                    request(new ModelSpec.Mlp(63, List.of(), 10), digits, training, 1), IGNORED))
        .isInstanceOf(ModelMismatchException.class)
        .hasMessageContaining("63 inputs")
        .hasMessageContaining("64 features");
    assertThatThrownBy(
            () ->
                engine.train(
                    request(new ModelSpec.Mlp(64, List.of(), 9), digits, training, 1), IGNORED))
        .isInstanceOf(ModelMismatchException.class)
        .hasMessageContaining("9 outputs")
        .hasMessageContaining("up to 9");
  }

  @Test
  void refusesWeightsOfAnotherModel() {
    List<Tensor> model = engine.initialize(new ModelSpec.Mlp(64, List.of(31), 10), new Seed(1));
    assertThatThrownBy(() -> engine.evaluate(Digits.MLP, model, digits))
        .isInstanceOf(ModelMismatchException.class)
        .hasMessageContaining("'0_W' has shape [64, 31], not [64, 32]");
    List<Tensor> reversed = new ArrayList<>(engine.initialize(Digits.MLP, new Seed(1)));
    Collections.reverse(reversed);
    assertThat(engine.evaluate(Digits.MLP, reversed, digits))
        .isEqualTo(engine.evaluate(Digits.MLP, engine.initialize(Digits.MLP, new Seed(1)), digits));
  }

  @Test
  void refusesModelsThatDoNotFitInMemory() {
    assertThatThrownBy(
            () ->
                engine.initialize(
                    new ModelSpec.Mlp(10_000_000, List.of(10_000_000), 2), new Seed(1)))
        .isInstanceOf(ModelMismatchException.class)
        .hasMessageContaining("parameters");
  }

  private TrainingRequest request(
      ModelSpec architecture, Dataset rows, TrainingSpec training, long seed) {
    return new TrainingRequest(
        architecture,
        engine.initialize(architecture, new Seed(seed)),
        rows,
        training,
        new Seed(seed),
        Optional.empty());
  }

  private static int[] rows(int site) {
    int[] rows = new int[180];
    Arrays.setAll(rows, i -> site * 170 + i);
    return rows;
  }
}
