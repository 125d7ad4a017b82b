package io.roundhouse.aggregation;

import static java.util.Objects.requireNonNull;

import io.roundhouse.spec.StrategySpec;
import java.util.List;

/**
 * Adam on the difference between the mean and the global model (Reddi et al. 2021, arXiv
 * 2003.00295), in doubles, with Adam's bias correction in the step size.
 */
final class FedAdam implements Strategy {
  private final StrategySpec.FedAdam spec;

  FedAdam(StrategySpec.FedAdam spec) {
    this.spec = requireNonNull(spec, "spec is null");
  }

  @Override
  public String name() {
    return "fedadam";
  }

  @Override
  public Workload.Operation operation() {
    return Workload.Operation.WEIGHTED_SUM;
  }

  @Override
  public List<String> state() {
    return List.of("m", "v");
  }

  @Override
  public void step(Slice slice, AggregationKernel kernel) {
    double beta1 = spec.beta1();
    double beta2 = spec.beta2();
    double tau = spec.tau();
    double rate = rate(slice.steps());
    double[] sum = slice.weightedSum(kernel);
    double weight = slice.weight();
    float[] model = slice.model();
    float[] out = slice.out();
    double[] m = slice.state()[0];
    double[] v = slice.state()[1];
    for (int i = 0; i < slice.length(); i++) {
      double delta = sum[i] / weight - model[i];
      m[i] = beta1 * m[i] + (1 - beta1) * delta;
      v[i] = beta2 * v[i] + (1 - beta2) * (delta * delta);
      out[i] = (float) (model[i] + rate * m[i] / (Math.sqrt(v[i]) + tau));
    }
  }

  /** The step size with Adam's correction, whose exponent is two in the first step as in Flower. */
  private double rate(long steps) {
    double exponent = (double) (steps + 1);
    return spec.learningRate()
        * Math.sqrt(1 - StrictMath.pow(spec.beta2(), exponent))
        / (1 - StrictMath.pow(spec.beta1(), exponent));
  }
}
