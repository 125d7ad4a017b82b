package io.roundhouse.training;

import io.roundhouse.data.Dataset;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.Seed;
import io.roundhouse.spec.ModelSpec;
import io.roundhouse.storage.Tensor;
import io.roundhouse.storage.TensorSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Adds one to one value of the model and does nothing else: what is left of a federation's time is
 * the federation's own. A model that came back as it was would be in every cache already, and would
 * not have to travel as a trained one does.
 */
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
    List<Tensor> model = new ArrayList<>(request.model());
    IntStream.range(0, model.size())
        .filter(i -> model.get(i).values().length > 0)
        .boxed()
        .min(Comparator.comparingInt(i -> model.get(i).values().length))
        .ifPresent(smallest -> model.set(smallest, plusOne(model.get(smallest))));
    return new TrainingResult(List.copyOf(model), 0);
  }

  private static Tensor plusOne(Tensor tensor) {
    float[] values = tensor.values().clone();
    values[0]++;
    return new Tensor(tensor.spec(), values);
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
