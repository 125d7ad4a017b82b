package io.roundhouse.aggregation;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Whether a device computes the bits that {@link JavaKernel} computes. Devices that flush subnormal
 * numbers or contract operations do not.
 */
final class Conformance {
  private static final int LENGTH = 1000;
  private static final float[] EXTREMES = {
    0f, -0f, Float.MIN_VALUE, -3 * Float.MIN_VALUE, Float.MIN_NORMAL, Float.MAX_VALUE, -1e-30f, 1f
  };

  private Conformance() {}

  /** {@link AggregationKernel#addWeighted}. */
  interface WeightedSum {
    void add(float[][] updates, float[] weights, int length, ExactGrid grid, double[] sum);
  }

  /** {@link AggregationKernel#median}. */
  interface Median {
    void median(float[][] updates, int length, float[] out);
  }

  /**
   * Compares a kernel's bits with {@link JavaKernel}'s.
   *
   * @param name of the kernel, for the message
   * @throws AggregationException if one differs
   */
  static void check(String name, WeightedSum weightedSum, Median median) {
    JavaKernel java = new JavaKernel();
    for (float magnitude : new float[] {1f, Float.MAX_VALUE, Float.MIN_NORMAL}) {
      for (int count : new int[] {1, 4, 11}) {
        float[][] updates = updates(count, magnitude);
        float[] weights = new float[count];
        for (int k = 0; k < count; k++) {
          weights[k] = 1 + 37 * k;
        }
        ExactGrid grid = ExactGrid.of(magnitude, weights);
        double[] expectedSum = new double[LENGTH];
        double[] sum = new double[LENGTH];
        java.addWeighted(updates, weights, LENGTH, grid, expectedSum);
        weightedSum.add(updates, weights, LENGTH, grid, sum);
        float[] expectedMedian = new float[LENGTH];
        float[] medians = new float[LENGTH];
        java.median(updates, LENGTH, expectedMedian);
        median.median(updates, LENGTH, medians);
        if (!Arrays.equals(sum, expectedSum) || !Arrays.equals(medians, expectedMedian)) {
          throw new AggregationException(
              name + " computes other bits than Java, perhaps you should choose the java kernel");
        }
      }
    }
  }

  private static float[][] updates(int count, float magnitude) {
    SplittableRandom random = new SplittableRandom(1);
    float[][] updates = new float[count][LENGTH];
    for (float[] update : updates) {
      for (int i = 0; i < LENGTH; i++) {
        float extreme = EXTREMES[random.nextInt(EXTREMES.length)];
        boolean usable = i % 10 == 0 && Math.abs(extreme) <= magnitude;
        update[i] = usable ? extreme : (float) (2 * random.nextDouble() - 1) * magnitude;
      }
    }
    return updates;
  }
}
