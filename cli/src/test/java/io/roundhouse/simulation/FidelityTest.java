package io.roundhouse.simulation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.roundhouse.aggregation.JavaKernel;
import io.roundhouse.aggregation.SelectedKernel;
import io.roundhouse.domain.Metrics;
import io.roundhouse.storage.Tensor;
import io.roundhouse.storage.TensorSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A whole federation against an independent one in NumPy: float64 inside, the same rows, initial
 * weights and order.
 */
class FidelityTest {
  private static final int ROUNDS = 20;
  private static final int TEST_ROWS = 360;
  private static final int MOST_ROWS_APART = 2;
  private static final double MOST_WEIGHT_APART = 1e-3;
  private static final String JOB =
      """
      name: %s
      seed: 42
      data: digits
      model: {type: mlp, inputs: 64, hidden: [32], outputs: 10}
      training: {epochs: 1, batch: 32, learningRate: 0.1, optimizer: sgd, order: file}
      strategy: fedavg
      rounds: {count: %d}
      evaluation: {central: true, federated: false}
      simulation:
        sites: %d
        partition: %s
        data: {path: digits.csv.gz, scale: 16, holdout: {every: 5}}
      """;

  private final Path folder;

  FidelityTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest
  @ValueSource(
      strings = {
        "fedavg-iid-2",
        "fedavg-iid-4",
        "fedavg-iid-8",
        "fedavg-iid-10",
        "fedavg-skew-2",
        "fedavg-skew-4",
        "fedavg-skew-8",
        "fedavg-skew-10"
      })
  void reproducesTheReferenceFederation(String name) throws IOException, TimeoutException {
    JsonNode reference = new ObjectMapper().readTree(resource(name + ".json"));
    String partition = reference.get("split").asText().equals("iid") ? "round-robin" : "skew";
    SimulatedJob job =
        SimulatedJob.read(JOB.formatted(name, ROUNDS, reference.get("sites").asInt(), partition));

    SimulatedJob.Outcome outcome =
        job.run(folder, new SelectedKernel(new JavaKernel(), "as configured"));

    assertThat(outcome.rounds()).as(name).hasSize(ROUNDS + 1);
    for (int round = 0; round <= ROUNDS; round++) {
      Metrics metrics = outcome.rounds().get(round).evaluation().central().orElseThrow();
      double expected = reference.get("curve").get(round).get("accuracy").asDouble();
      assertThat(metrics.examples()).as(name).isEqualTo(TEST_ROWS);
      assertThat(rows(metrics.accuracy()))
          .as("%s, rows classified rightly after round %d", name, round)
          .isCloseTo(rows(expected), within(MOST_ROWS_APART));
    }
    assertWeights(name, outcome.tensors());
  }

  private static void assertWeights(String name, List<Tensor> model) throws IOException {
    assertThat(model)
        .as(name)
        .extracting(Tensor::spec)
        .extracting(TensorSpec::name)
        .containsExactly("0_W", "0_b", "1_W", "1_b");
    ByteBuffer expected = ByteBuffer.wrap(resource(name + ".f32")).order(ByteOrder.LITTLE_ENDIAN);
    for (Tensor tensor : model) {
      for (int i = 0; i < tensor.values().length; i++) {
        assertThat((double) tensor.values()[i])
            .as("%s, %s[%d]", name, tensor.spec().name(), i)
            .isCloseTo(expected.getFloat(), within(MOST_WEIGHT_APART));
      }
    }
    assertThat(expected.hasRemaining()).as(name).isFalse();
  }

  private static int rows(double accuracy) {
    return (int) Math.round(accuracy * TEST_ROWS);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in =
        requireNonNull(FidelityTest.class.getResourceAsStream("/fidelity/" + name), name)) {
      return in.readAllBytes();
    }
  }
}
