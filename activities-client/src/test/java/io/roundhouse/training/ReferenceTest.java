package io.roundhouse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.roundhouse.data.Dataset;
import io.roundhouse.data.LoadedData;
import io.roundhouse.data.Partition;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.Seed;
import io.roundhouse.spec.TrainingSpec;
import io.roundhouse.spec.TrainingSpec.Optimizer;
import io.roundhouse.spec.TrainingSpec.Order;
import io.roundhouse.storage.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The engine against an independent federation in NumPy: 20 rounds of FedAvg over 4 sites. */
class ReferenceTest {
  private static final int SITES = 4;
  private static final TrainingSpec TRAINING = Digits.training(1, Optimizer.SGD, Order.FILE);

  private final TrainingEngine engine = Engines.named("dl4j");
  private final LoadedData digits = Digits.load();

  @Test
  void reproducesTheReferenceFederation() throws IOException {
    JsonNode curve = new ObjectMapper().readTree(resource("fedavg-iid-4.json")).get("curve");
    List<Dataset> sites =
        new Partition.RoundRobin()
            .split(digits.train().labels(), SITES, new Seed(0)).stream()
                .map(digits.train()::select)
                .toList();
    List<Tensor> model = engine.initialize(Digits.MLP, new Seed(42));
    for (int round = 0; round < 20; round++) {
      assertMetrics(model, curve.get(round));
      model = mean(train(model, sites), sites);
    }
    assertMetrics(model, curve.get(20));
    ByteBuffer expected =
        ByteBuffer.wrap(resource("fedavg-iid-4.f32")).order(ByteOrder.LITTLE_ENDIAN);
    double largest = 0;
    for (Tensor tensor : model) {
      for (float value : tensor.values()) {
        largest = Math.max(largest, Math.abs(value - expected.getFloat()));
      }
    }
    assertThat(expected.hasRemaining()).isFalse();
    assertThat(largest).isLessThan(2e-6);
  }

  private void assertMetrics(List<Tensor> model, JsonNode expected) {
    Metrics metrics = engine.evaluate(Digits.MLP, model, digits.test());
    assertThat(metrics.accuracy()).isEqualTo(expected.get("accuracy").asDouble(), within(1e-12));
    assertThat(metrics.loss()).isEqualTo(expected.get("loss").asDouble(), within(1e-5));
  }

  private List<List<Tensor>> train(List<Tensor> model, List<Dataset> sites) {
    List<List<Tensor>> updates = new ArrayList<>();
    for (Dataset rows : sites) {
      TrainingRequest request =
          new TrainingRequest(Digits.MLP, model, rows, TRAINING, new Seed(0), Optional.empty());
      updates.add(engine.train(request, (epoch, batch, loss, samples) -> {}).model());
    }
    return updates;
  }

  private static List<Tensor> mean(List<List<Tensor>> updates, List<Dataset> sites) {
    double all = sites.stream().mapToInt(Dataset::size).sum();
    List<Tensor> mean = new ArrayList<>();
    for (int tensor = 0; tensor < updates.get(0).size(); tensor++) {
      float[] values = new float[updates.get(0).get(tensor).values().length];
      for (int i = 0; i < values.length; i++) {
        double sum = 0;
        for (int site = 0; site < sites.size(); site++) {
          sum += sites.get(site).size() / all * updates.get(site).get(tensor).values()[i];
        }
        values[i] = (float) sum;
      }
      mean.add(new Tensor(updates.get(0).get(tensor).spec(), values));
    }
    return mean;
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = ReferenceTest.class.getResourceAsStream("/" + name)) {
      assertThat(in).isNotNull();
      return in.readAllBytes();
    }
  }
}
