package io.roundhouse.aggregation;

/** Coordinate-wise median, unweighted (Yin et al. 2018, arXiv 1803.01498). */
final class FedMedian implements Strategy {
  @Override
  public String name() {
    return "fedmedian";
  }

  @Override
  public Workload.Operation operation() {
    return Workload.Operation.MEDIAN;
  }

  @Override
  public void step(Slice slice, AggregationKernel kernel) {
    kernel.median(slice.updates(), slice.length(), slice.out());
  }
}
