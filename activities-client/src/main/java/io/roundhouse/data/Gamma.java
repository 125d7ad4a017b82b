package io.roundhouse.data;

import java.util.SplittableRandom;

/**
 * Random shares of a whole. Gamma variates by Marsaglia &amp; Tsang 2000, in logarithms, so that
 * tiny shapes do not underflow; {@link StrictMath} throughout, so that every JVM draws the same.
 */
final class Gamma {
  private final SplittableRandom random;

  Gamma(SplittableRandom random) {
    this.random = random;
  }

  /** Shares that sum to 1, from the symmetric Dirichlet distribution. */
  double[] dirichlet(double alpha, int size) {
    double[] shares = new double[size];
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < size; i++) {
      shares[i] = log(alpha);
      largest = Math.max(largest, shares[i]);
    }
    double sum = 0;
    for (int i = 0; i < size; i++) {
      shares[i] = StrictMath.exp(shares[i] - largest);
      sum += shares[i];
    }
    for (int i = 0; i < size; i++) {
      shares[i] /= sum;
    }
    return shares;
  }

  /** Logarithm of a Gamma variate of scale 1. */
  private double log(double shape) {
    if (shape < 1) {
      return log(shape + 1) + StrictMath.log(uniform()) / shape;
    }
    double d = shape - 1.0 / 3;
    double c = 1 / StrictMath.sqrt(9 * d);
    while (true) {
      double x = normal();
      double v = 1 + c * x;
      if (v > 0) {
        double logV = 3 * StrictMath.log(v);
        if (StrictMath.log(uniform()) < 0.5 * x * x + d - d * v * v * v + d * logV) {
          return StrictMath.log(d) + logV;
        }
      }
    }
  }

  /** Marsaglia's polar method. */
  private double normal() {
    while (true) {
      double x = 2 * uniform() - 1;
      double y = 2 * uniform() - 1;
      double square = x * x + y * y;
      if (square > 0 && square < 1) {
        return x * StrictMath.sqrt(-2 * StrictMath.log(square) / square);
      }
    }
  }

  /** Above 0 and below 1. */
  private double uniform() {
    return ((random.nextLong() >>> 11) + 0.5) * 0x1.0p-53;
  }
}
