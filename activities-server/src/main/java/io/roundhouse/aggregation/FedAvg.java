package io.roundhouse.aggregation;

/** Mean weighted by examples (McMahan et al. 2017, arXiv 1602.05629). */
final class FedAvg implements Strategy {
  @Override
  public String name() {
    return "fedavg";
  }

  @Override
  public Workload.Operation operation() {
    return Workload.Operation.WEIGHTED_SUM;
  }

  @Override
  public void step(Slice slice, AggregationKernel kernel) {
    double[] sum = slice.weightedSum(kernel);
    double weight = slice.weight();
    float[] out = slice.out();
    for (int i = 0; i < slice.length(); i++) {
      out[i] = (float) (sum[i] / weight);
    }
  }
}
