package io.roundhouse.report;

import java.util.ArrayList;
import java.util.List;

/**
 * An axis.
 *
 * @param low value at its start
 * @param high value at its end, above {@code low}
 * @param step distance of its ticks, 1, 2 or 5 times a power of ten
 */
record Scale(double low, double high, double step) {
  /** Covers the values and starts and ends on a tick. */
  static Scale covering(double min, double max, int ticks) {
    double pad = max > min ? 0 : Math.max(Math.abs(max) * 0.05, 1e-3);
    double step = step((max - min + 2 * pad) / ticks);
    double low = Math.floor((min - pad) / step + 1e-9) * step;
    double high = Math.ceil((max + pad) / step - 1e-9) * step;
    return new Scale(low, high, step);
  }

  /** As {@link #covering}, for values that cannot leave 0 to 1. */
  static Scale share(double min, double max, int ticks) {
    Scale scale = covering(min, max, ticks);
    return new Scale(Math.max(0, scale.low), Math.min(1, scale.high), scale.step);
  }

  /** Whole numbers, with room for half a number at both ends. */
  static Scale rounds(int first, int last, int ticks) {
    return new Scale(first - 0.5, last + 0.5, Math.max(1, step((last - first) / (double) ticks)));
  }

  /** Where a value lies, 0 to 1 if it is within. */
  double position(double value) {
    return (value - low) / (high - low);
  }

  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    long first = (long) Math.ceil(low / step - 1e-9);
    long last = (long) Math.floor(high / step + 1e-9);
    for (long i = first; i <= last && ticks.size() < 100; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /** Decimals that tell neighbouring ticks apart. */
  int decimals() {
    return (int) Math.min(12, Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)));
  }

  private static double step(double atLeast) {
    if (!(atLeast > 0) || !Double.isFinite(atLeast)) {
      return 1;
    }
    double power = Math.pow(10, Math.floor(Math.log10(atLeast)));
    double factor = atLeast / power;
    return power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10);
  }
}
