package io.roundhouse.training;

import io.roundhouse.data.Dataset;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.Seed;
import io.roundhouse.spec.ModelSpec;
import io.roundhouse.storage.Tensor;
import java.util.List;

/**
 * What trains and evaluates models. Found by {@link java.util.ServiceLoader}; safe for use by many
 * threads at once. The same arguments give the same bits, whatever else the JVM does.
 */
public interface TrainingEngine {
  /** Its name in a job spec's {@code training.trainer}. */
  String name();

  /**
   * Looks whether this machine has what the engine needs.
   *
   * @throws EngineUnavailableException if not
   */
  default void requireAvailable() {}

  /**
   * Makes an initial model.
   *
   * @return its tensors, in the engine's order
   * @throws ModelMismatchException if the engine cannot make such a model
   */
  List<Tensor> initialize(ModelSpec architecture, Seed seed);

  /**
   * Looks whether models of an architecture can be trained here, and take such rows.
   *
   * @throws ModelMismatchException if not
   * @throws EngineUnavailableException if no model can
   */
  void requireFit(ModelSpec architecture, Dataset rows);

  /**
   * Trains a model.
   *
   * @throws ModelMismatchException if model, architecture and rows do not belong together
   */
  TrainingResult train(TrainingRequest request, TrainingListener listener);

  /**
   * Measures a model on rows: accuracy, and the mean of {@code -ln p(label)}.
   *
   * @throws ModelMismatchException if model, architecture and rows do not belong together
   */
  Metrics evaluate(ModelSpec architecture, List<Tensor> model, Dataset rows);
}
