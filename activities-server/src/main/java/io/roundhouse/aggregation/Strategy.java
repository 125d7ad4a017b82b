package io.roundhouse.aggregation;

import io.roundhouse.spec.StrategySpec;
import java.util.List;

/** A rule that turns the updates of a round into the next global model, element by element. */
public interface Strategy {
  /** The strategy that a spec asks for. */
  static Strategy of(StrategySpec spec) {
    if (spec instanceof StrategySpec.FedAvg) {
      return new FedAvg();
    }
    if (spec instanceof StrategySpec.FedAdam fedAdam) {
      return new FedAdam(fedAdam);
    }
    if (spec instanceof StrategySpec.FedMedian) {
      return new FedMedian();
    }
    throw new IllegalArgumentException("no strategy for " + spec);
  }

  /** Its name in specs and manifests. */
  String name();

  /** What its kernel mostly does. */
  Workload.Operation operation();

  /** Names of the model-shaped tensors of doubles that it keeps from round to round. */
  default List<String> state() {
    return List.of();
  }

  /**
   * Computes one slice of the next global model and of the strategy's state. The result must not
   * depend on how a tensor is sliced.
   */
  void step(Slice slice, AggregationKernel kernel);
}
