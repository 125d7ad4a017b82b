package io.roundhouse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roundhouse.data.Dataset;
import io.roundhouse.domain.Seed;
import io.roundhouse.spec.ModelSpec;
import io.roundhouse.spec.TrainingSpec.Optimizer;
import io.roundhouse.spec.TrainingSpec.Order;
import io.roundhouse.storage.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;

class Dl4jDefinitionTest {
  private static final ModelSpec.Dl4j WITH_DROPOUT =
      new ModelSpec.Dl4j(
          new NeuralNetConfiguration.Builder()
              .list()
              .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).activation(Activation.RELU).build())
              .layer(new BatchNormalization())
              .layer(new DenseLayer.Builder().nOut(24).dropOut(0.8).build())
              .layer(new OutputLayer.Builder().nOut(10).activation(Activation.SOFTMAX).build())
              .setInputType(InputType.convolutionalFlat(8, 8, 1))
              .build()
              .toJson());

  private final TrainingEngine engine = Engines.named("dl4j");
  private final Dataset digits = Digits.load().train();

  @Test
  void trainsADefinedNetwork() {
    List<Tensor> initial = engine.initialize(WITH_DROPOUT, new Seed(3));
    assertThat(initial).isEqualTo(engine.initialize(WITH_DROPOUT, new Seed(3)));
    assertThat(initial).isNotEqualTo(engine.initialize(WITH_DROPOUT, new Seed(4)));
    assertThat(initial.stream().map(tensor -> tensor.spec().name()))
        .contains("0_W", "0_b", "1_gamma", "1_mean", "2_W", "3_b");
    TrainingResult result = train(3);
    assertThat(engine.evaluate(WITH_DROPOUT, result.model(), Digits.load().test()).accuracy())
        .isGreaterThan(0.5);
  }

  @Test
  void dropsOutTheSameUnitsBesideOtherTrainings() throws Exception {
    List<List<Tensor>> alone = List.of(train(0).model(), train(1).model());
    assertThat(alone.get(0)).isNotEqualTo(alone.get(1));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<TrainingResult>> together = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        int seed = i % 2;
        together.add(threads.submit(() -> train(seed)));
      }
      for (int i = 0; i < 8; i++) {
        assertThat(together.get(i).get().model()).isEqualTo(alone.get(i % 2));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not json",
        "{}",
        "[1]",
        "{\"confs\": []}",
        "{\"confs\": [{\"layer\": {\"@class\": \"org.deeplearning4j.nn.conf.layers.None\"}}]}"
      })
  void refusesWhatIsNoDefinition(String definition) {
    assertThatThrownBy(() -> engine.initialize(new ModelSpec.Dl4j(definition), new Seed(1)))
        .isInstanceOf(ModelMismatchException.class)
        .hasMessageContaining("cannot be used")
        .hasMessageContaining("perhaps you should");
  }

  @Test
  void refusesForeignClasses() {
    String foreign =
        WITH_DROPOUT
            .definition()
            .replace(
                "org.nd4j.linalg.activations.impl.ActivationReLU",
                "javax.script.ScriptEngineManager");
    assertThatThrownBy(() -> engine.initialize(new ModelSpec.Dl4j(foreign), new Seed(1)))
        .isInstanceOf(ModelMismatchException.class)
        .hasMessageContaining("'javax.script.ScriptEngineManager'");
  }

  @Test
  void refusesNetworksWithoutAnOutputLayer() {
    MultiLayerConfiguration loss =
        new NeuralNetConfiguration.Builder()
            .list()
            .layer(new DenseLayer.Builder().nIn(64).nOut(10).build())
            .layer(new LossLayer.Builder().build())
            .build();
    assertThatThrownBy(() -> engine.initialize(new ModelSpec.Dl4j(loss.toJson()), new Seed(1)))
        .isInstanceOf(ModelMismatchException.class)
        .hasMessageContaining("last layer is not an OutputLayer");
  }

  private TrainingResult train(int seed) {
    return engine.train(
        new TrainingRequest(
            WITH_DROPOUT,
            engine.initialize(WITH_DROPOUT, new Seed(3)),
            digits.select(IntStream.range(0, 640).toArray()),
            Digits.training(2, Optimizer.ADAM, Order.SHUFFLE),
            new Seed(seed),
            Optional.empty()),
        (epoch, batch, loss, samples) -> {});
  }
}
