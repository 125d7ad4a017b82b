package io.roundhouse.training;

import io.roundhouse.data.Dataset;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.Seed;
import io.roundhouse.spec.ModelSpec;
import io.roundhouse.storage.Tensor;
import io.roundhouse.storage.TensorSpec;
import java.util.List;

/** Returns models as they came: what is left of a federation's time is the federation's own. */
public final class NoopEngine implements TrainingEngine {
  @Override
  public String name() {
    return "noop";
  }

  @Override
  public List<Tensor> initialize(ModelSpec architecture, Seed seed) {
    return GlorotInit.draw(shapes(architecture), seed);
  }

  /** Any rows will do. */
  @Override
  public void requireFit(ModelSpec architecture, Dataset rows) {
    ModelShapes.requireFitsMemory(
        shapes(architecture).stream().mapToLong(TensorSpec::elements).sum());
  }

  @Override
  public TrainingResult train(TrainingRequest request, TrainingListener listener) {
    return new TrainingResult(request.model(), 0);
  }

  /** Zeros. */
  @Override
  public Metrics evaluate(ModelSpec architecture, List<Tensor> model, Dataset rows) {
    return new Metrics(0, 0, rows.size());
  }

  private static List<TensorSpec> shapes(ModelSpec architecture) {
    return ModelShapes.known(architecture)
        .orElseThrow(
            () ->
                new ModelMismatchException(
                    "the noop trainer does not know models of type dl4j, perhaps you should write"
                        + " mlp or lenet"));
  }
}
