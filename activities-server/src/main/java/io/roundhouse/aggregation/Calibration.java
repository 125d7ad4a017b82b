package io.roundhouse.aggregation;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** How fast a kernel is, measured on slices as {@link Aggregator} makes them. */
final class Calibration {
  private static final long WINDOW = TimeUnit.MILLISECONDS.toNanos(15);
  private static final int WINDOWS = 20;
  private static final int MOST_UPDATES = 64;

  private Calibration() {}

  /**
   * Bytes of updates a second, all processors together: the best of many windows, as it takes the
   * JVM some 0.1 s to compile Java's loops.
   */
  static double bytesPerSecond(AggregationKernel kernel, Workload workload) {
    int threads = Runtime.getRuntime().availableProcessors();
    int updates = Math.min(workload.updates(), MOST_UPDATES);
    int most = Math.min(kernel.tile(), Aggregator.tile(updates, 0, threads));
    int length = (int) Math.min(most, workload.parameters());
    List<Slice> slices = Stream.generate(() -> slice(updates, length)).limit(threads).toList();
    double best = 0;
    for (int i = 0; i < WINDOWS; i++) {
      long start = System.nanoTime();
      double calls = calls(kernel, workload.operation(), slices);
      double seconds = (System.nanoTime() - start) / 1e9;
      best = Math.max(best, calls * updates * length * Float.BYTES / seconds);
    }
    return best;
  }

  private static Slice slice(int updates, int length) {
    float[] weights = new float[updates];
    Arrays.fill(weights, 1);
    Slice slice = new Slice(length, weights, 0, 1);
    slice.start(ExactGrid.of(1, weights), length);
    for (int k = 0; k < updates; k++) {
      Arrays.fill(slice.updates()[k], k / (float) updates);
    }
    return slice;
  }

  private static long calls(
      AggregationKernel kernel, Workload.Operation operation, List<Slice> slices) {
    long deadline = System.nanoTime() + WINDOW;
    return slices.parallelStream()
        .mapToLong(slice -> calls(kernel, operation, slice, deadline))
        .sum();
  }

  /** How often the kernel could be called on a slice until the deadline. */
  private static long calls(
      AggregationKernel kernel, Workload.Operation operation, Slice slice, long deadline) {
    long calls = 0;
    do {
      switch (operation) {
        case WEIGHTED_SUM -> slice.weightedSum(kernel);
        case MEDIAN -> kernel.median(slice.updates(), slice.length(), slice.out());
      }
      calls++;
    } while (System.nanoTime() < deadline);
    return calls;
  }
}
