package io.roundhouse.training;

import io.roundhouse.data.Dataset;
import io.roundhouse.domain.Metrics;
import io.roundhouse.spec.ModelSpec;
import io.roundhouse.storage.Tensor;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.NoOp;

/** Forward passes over rows in large batches. */
final class Dl4jEvaluation {
  private static final int MOST_ROWS = 1024;
  private static final int MOST_VALUES = 1 << 22;
  private static final double SMALLEST_PROBABILITY = 1e-37;

  private long correct;
  private double loss;

  private Dl4jEvaluation() {}

  static Metrics evaluate(ModelSpec architecture, List<Tensor> model, Dataset rows) {
    if (rows.size() == 0) {
      return new Metrics(0, 0, 0);
    }
    MultiLayerConfiguration configuration = Dl4jNetworks.configuration(architecture, new NoOp());
    Dl4jNetworks.requireFit(configuration, rows);
    int outputs = Dl4jNetworks.outputs(configuration);
    int batch = Math.max(1, Math.min(MOST_ROWS, MOST_VALUES / rows.width()));
    Dl4jRuntime.limitNativeMemory();
    Dl4jEvaluation evaluation = new Dl4jEvaluation();
    try (Dl4jNetwork network = Dl4jNetwork.of(configuration, model)) {
      for (int from = 0; from < rows.size(); from += batch) {
        int size = Math.min(batch, rows.size() - from);
        try (Dl4jBatch part = new Dl4jBatch(size, rows.width(), outputs)) {
          part.fill(rows, from);
          try (INDArray output = network.network().output(part.features(), false);
              INDArray rowMajor = output.dup('c')) {
            evaluation.add(rowMajor.data().asFloat(), rows, from, size);
          }
        }
      }
    }
    return new Metrics(
        (double) evaluation.correct / rows.size(), evaluation.loss / rows.size(), rows.size());
  }

  private void add(float[] probabilities, Dataset rows, int from, int size) {
    int outputs = probabilities.length / size;
    for (int row = 0; row < size; row++) {
      int best = 0;
      for (int output = 1; output < outputs; output++) {
        if (probabilities[row * outputs + output] > probabilities[row * outputs + best]) {
          best = output;
        }
      }
      int label = rows.label(from + row);
      correct += best == label ? 1 : 0;
      loss -= StrictMath.log(Math.max(SMALLEST_PROBABILITY, probabilities[row * outputs + label]));
    }
  }
}
