package io.roundhouse.training;

import io.roundhouse.data.Dataset;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.Seed;
import io.roundhouse.spec.ModelSpec;
import io.roundhouse.storage.Tensor;
import java.util.List;

/**
 * Deeplearning4j on the CPU. One thread per training, so that bits do not depend on the machine's
 * cores; trainings run beside each other instead. The libraries are loaded when first used.
 */
public final class Dl4jEngine implements TrainingEngine {
  @Override
  public String name() {
    return "dl4j";
  }

  @Override
  public List<Tensor> initialize(ModelSpec architecture, Seed seed) {
    if (architecture instanceof ModelSpec.Mlp mlp) {
      return GlorotInit.draw(ModelShapes.of(mlp), seed);
    }
    if (architecture instanceof ModelSpec.Lenet lenet) {
      return GlorotInit.draw(ModelShapes.of(lenet), seed);
    }
    Dl4jRuntime.prepareThread();
    return Dl4jNetwork.initialTensors((ModelSpec.Dl4j) architecture, seed);
  }

  @Override
  public TrainingResult train(TrainingRequest request, TrainingListener listener) {
    Dl4jRuntime.prepareThread();
    try (Dl4jTraining training = new Dl4jTraining(request)) {
      return training.run(listener);
    }
  }

  @Override
  public Metrics evaluate(ModelSpec architecture, List<Tensor> model, Dataset rows) {
    Dl4jRuntime.prepareThread();
    return Dl4jEvaluation.evaluate(architecture, model, rows);
  }
}
