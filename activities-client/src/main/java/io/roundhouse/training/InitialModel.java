package io.roundhouse.training;

import io.roundhouse.domain.Seed;
import io.roundhouse.spec.ModelSpec;
import io.roundhouse.storage.Tensor;
import java.util.List;

/** Makes initial models, without an engine where the spec itself says what the tensors are. */
public final class InitialModel {
  private InitialModel() {}

  /**
   * Draws a model: weights of two dimensions and more as in {@link GlorotInit}, others zero.
   *
   * @param trainer name of the job's trainer
   * @return no tensors where only the job's start model says what they are
   * @throws ModelMismatchException if such a model cannot be made
   * @throws UnknownEngineException if it takes an engine that is not there
   */
  public static List<Tensor> draw(String trainer, ModelSpec architecture, Seed seed) {
    return ModelShapes.known(architecture)
        .map(shapes -> GlorotInit.draw(shapes, seed))
        .orElseGet(() -> Engines.named(trainer).initialize(architecture, seed));
  }
}
