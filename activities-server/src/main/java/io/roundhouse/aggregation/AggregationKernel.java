package io.roundhouse.aggregation;

/**
 * The arithmetic of aggregation on one slice of a tensor. Every kernel gives the same bits. Values
 * are finite. Any number of threads may call one kernel.
 */
public interface AggregationKernel extends AutoCloseable {
  /** What computes, for manifests: {@code java}, {@code opencl (name of the device)}. */
  String name();

  /** How many elements a call should have to run at full speed. */
  int tile();

  /**
   * Adds the weighted sum of the updates, exactly and hence in any order or grouping.
   *
   * @param updates any number of slices
   * @param weights the weight of each, unscaled
   * @param length how many elements of each slice count
   * @param grid made for the weights of all updates, of which these may be a part
   * @param sum what the sum of {@code updates[k] * weights[k] * grid.scale()} is added to
   */
  void addWeighted(float[][] updates, float[] weights, int length, ExactGrid grid, double[] sum);

  /**
   * The median of each element; the mean of the two middle values where their number is even. Zero
   * has no sign in it.
   *
   * @param updates at least one slice
   * @param length how many elements of each slice count
   * @param out where the medians go
   */
  void median(float[][] updates, int length, float[] out);

  @Override
  void close();
}
