package io.roundhouse.aggregation;

import java.util.Arrays;

/**
 * Consecutive elements of one tensor, in the global model, the updates and the strategy's state.
 * The arrays are reused from slice to slice; only the first {@link #length()} elements count.
 */
public final class Slice {
  private final float[] model;
  private final float[][] updates;
  private final double[][] state;
  private final float[] out;
  private final double[] sum;
  private final float[] weights;
  private final long steps;
  private ExactGrid grid;
  private int length;

  /**
   * Makes room for slices.
   *
   * @param capacity most elements
   * @param weights the weight of each update
   * @param states how many state tensors the strategy keeps
   * @param steps how often the strategy was applied, this time included
   */
  Slice(int capacity, float[] weights, int states, long steps) {
    this.model = new float[capacity];
    this.updates = new float[weights.length][capacity];
    this.state = new double[states][capacity];
    this.out = new float[capacity];
    this.sum = new double[capacity];
    this.weights = weights.clone();
    this.steps = steps;
    this.grid = ExactGrid.of(0, weights);
  }

  /** Bytes of one element. */
  static long bytes(int updates, int states) {
    return (updates + 2L) * Float.BYTES + (states + 1L) * Double.BYTES;
  }

  /** Becomes a slice of {@code length} elements of a tensor with this grid. */
  void start(ExactGrid tensorGrid, int elements) {
    grid = tensorGrid;
    length = elements;
  }

  /** How many elements there are. */
  public int length() {
    return length;
  }

  /** The global model that the updates started from. */
  public float[] model() {
    return model;
  }

  /** The updates. */
  public float[][] updates() {
    return updates;
  }

  /** The strategy's state in the order of {@link Strategy#state()}, to be changed in place. */
  public double[][] state() {
    return state;
  }

  /** Where the next global model goes. */
  public float[] out() {
    return out;
  }

  /** The weight of each update: its number of examples, less if it is late. */
  public float[] weights() {
    return weights;
  }

  /** How often the strategy was applied, this time included: 1 in the first round. */
  public long steps() {
    return steps;
  }

  /** The exact sum of the weighted updates; divided by {@link #weight()} it is their mean. */
  public double[] weightedSum(AggregationKernel kernel) {
    Arrays.fill(sum, 0, length, 0);
    kernel.addWeighted(updates, weights, length, grid, sum);
    return sum;
  }

  /** What {@link #weightedSum} is to be divided by. */
  public double weight() {
    return grid.weight();
  }
}
