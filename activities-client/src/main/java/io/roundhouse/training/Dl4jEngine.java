package io.roundhouse.training;

import io.roundhouse.data.Dataset;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.Seed;
import io.roundhouse.spec.ModelSpec;
import io.roundhouse.storage.Tensor;
import io.roundhouse.storage.TensorSpec;
import java.util.List;
import java.util.Optional;

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
  public void requireAvailable() {
    Dl4jRuntime.prepareThread();
  }

  @Override
  public List<Tensor> initialize(ModelSpec architecture, Seed seed) {
    Optional<List<TensorSpec>> shapes = ModelShapes.known(architecture);
    if (shapes.isPresent()) {
      return GlorotInit.draw(shapes.get(), seed);
    }
    Dl4jRuntime.prepareThread();
    return Dl4jNetwork.initialTensors((ModelSpec.Dl4j) architecture, seed);
  }

  @Override
  public void requireFit(ModelSpec architecture, Dataset rows) {
    Dl4jRuntime.prepareThread();
    Dl4jNetworks.requireFit(architecture, rows);
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
