package io.roundhouse.aggregation;

import java.util.Arrays;

/** Plain loops that the JVM's compiler vectorises. */
public final class JavaKernel implements AggregationKernel {
  private static final int TILE = 1 << 14;

  /** Elements that stay in the innermost cache with what is computed from them. */
  private static final int BLOCK = 2048;

  /** Floats of a median's scratch rows, which stay in the second cache. */
  private static final int SCRATCH = 1 << 16;

  /** More updates than this are sorted element by element. */
  static final int LARGEST_NETWORK = 128;

  @Override
  public String name() {
    return "java";
  }

  @Override
  public int tile() {
    return TILE;
  }

  @Override
  public void addWeighted(
      float[][] updates, float[] weights, int length, ExactGrid grid, double[] sum) {
    int block = Math.min(BLOCK, length);
    float[] values = new float[block];
    float[] hi = new float[block];
    float[] lo = new float[block];
    for (int start = 0; start < length; start += BLOCK) {
      int count = Math.min(BLOCK, length - start);
      for (int first = 0; first < updates.length; first += ExactGrid.GROUP) {
        int end = Math.min(first + ExactGrid.GROUP, updates.length);
        Arrays.fill(hi, 0);
        Arrays.fill(lo, 0);
        for (int k = first; k < end; k++) {
          // The loop is vectorised only if all arrays are indexed alike.
          System.arraycopy(updates[k], start, values, 0, count);
          add(values, weights[k] * grid.scale(), grid.high(), grid.low(), hi, lo, count);
        }
        widen(hi, lo, sum, start, count);
      }
    }
  }

  private static void add(
      float[] values, float weight, float high, float low, float[] hi, float[] lo, int count) {
    for (int i = 0; i < count; i++) {
      float h = Math.fma(weight, values[i], high) - high;
      float r = Math.fma(weight, values[i], -h);
      hi[i] += h;
      lo[i] += (r + low) - low;
    }
  }

  /** Adds the float pairs, exactly, to {@code sum} from {@code start} on. */
  private static void widen(float[] hi, float[] lo, double[] sum, int start, int count) {
    for (int i = 0; i < count; i++) {
      sum[start + i] += (double) hi[i] + (double) lo[i];
    }
  }

  @Override
  public void median(float[][] updates, int length, float[] out) {
    if (updates.length > LARGEST_NETWORK) {
      medianBySorting(updates, length, out);
      return;
    }
    SortingNetwork network = SortingNetwork.median(updates.length);
    int block = Math.min(Math.min(BLOCK, SCRATCH / updates.length), length);
    float[][] rows = new float[updates.length][block];
    for (int start = 0; start < length; start += block) {
      int count = Math.min(block, length - start);
      for (int k = 0; k < updates.length; k++) {
        copyUnsignedZeros(updates[k], start, rows[k], 0, count);
      }
      for (SortingNetwork.Comparator comparator : network.comparators()) {
        compareExchange(rows[comparator.low()], rows[comparator.high()], count);
      }
      float[] lower = rows[(updates.length - 1) / 2];
      float[] upper = rows[updates.length / 2];
      mean(lower, upper, out, start, count);
    }
  }

  private static void compareExchange(float[] low, float[] high, int count) {
    for (int i = 0; i < count; i++) {
      float a = low[i];
      float b = high[i];
      low[i] = Math.min(a, b);
      high[i] = Math.max(a, b);
    }
  }

  private static void mean(float[] lower, float[] upper, float[] out, int start, int count) {
    for (int i = 0; i < count; i++) {
      out[start + i] = lower[i] == upper[i] ? lower[i] : middle(lower[i], upper[i]);
    }
  }

  private static void medianBySorting(float[][] updates, int length, float[] out) {
    float[] column = new float[updates.length];
    for (int i = 0; i < length; i++) {
      for (int k = 0; k < column.length; k++) {
        column[k] = updates[k][i] + 0f;
      }
      Arrays.sort(column);
      float lower = column[(column.length - 1) / 2];
      float upper = column[column.length / 2];
      out[i] = lower == upper ? lower : middle(lower, upper);
    }
  }

  /** Copies with every -0 made +0, so that equal values have equal bits. */
  static void copyUnsignedZeros(float[] from, int start, float[] to, int offset, int count) {
    for (int i = 0; i < count; i++) {
      to[offset + i] = from[start + i] + 0f;
    }
  }

  /** The mean of two values, which cannot overflow and is rounded once. */
  private static float middle(float lower, float upper) {
    return Math.fma(0.5f, lower, 0.5f * upper);
  }

  @Override
  public void close() {}
}
