package io.roundhouse.aggregation;

import io.roundhouse.domain.Text;
import java.util.Arrays;

/**
 * The constants that make a weighted sum of floats exact, so that its bits depend neither on the
 * order nor on the grouping of its terms. One grid serves one tensor in one round.
 *
 * @param scale power of two that every weight is multiplied with before use
 * @param high 1.5 · 2<sup>e+23</sup>: rounds a term to a multiple of 2<sup>e</sup>
 * @param low 1.5 · 2<sup>f+23</sup>: rounds what is left to a multiple of 2<sup>f</sup>
 * @param weight the sum of all scaled weights
 */
public record ExactGrid(float scale, float high, float low, double weight) {
  /*
   * Demmel & Nguyen, "Fast Reproducible Floating-Point Summation" (ARITH 2013), after the error-free
   * extraction of Rump, Ogita & Oishi, "Accurate Floating-Point Summation" (SISC 2008): every term
   * is cut to multiples of a grid fixed beforehand, so coarse that no addition ever rounds.
   *
   *   h = fma(w, x, M1) - M1      M1 = 1.5 * 2^(e+23)      hi += h      (float)
   *   r = fma(w, x, -h)
   *   q = (r + M2) - M2           M2 = 1.5 * 2^(f+23)      lo += q      (float)
   *   sum += hi + lo              after every GROUP terms               (double)
   *
   * Let 2^t >= |w x| for each term, 2^b >= the sum of all |w x|, K the number of terms, GROUP = 8,
   *
   *   e = t - 21,   f = max(t - 43, b - 52).
   *
   * 1. |w x| <= 2^(e+21), so w x + M1 lies in [2^(e+23), 2^(e+24)], where floats are the multiples
   *    of 2^e: h is w x rounded to one, the subtraction is exact, and |h| <= 2^t as rounding is
   *    monotone.
   * 2. Up to eight h sum to at most 2^(t+3) = 2^(e+24), and floats hold every multiple of 2^e up to
   *    there: hi is exact.
   * 3. |r| <= 2^(e-1) = 2^(t-22) <= 2^(f+22), so q is r rounded to a multiple of 2^f, and
   *    |q| <= 2^(e-1), itself such a multiple because f < e while K < 2^30. Eight sum to at most
   *    2^(e+2) <= 2^(f+24): lo is exact. r, once rounded by the fma, depends on w and x alone.
   * 4. h + q differs from w x by at most 2^f, so any partial sum is a multiple of 2^f of at most
   *    2^b + K 2^f <= 2^(f+53): the double sum is exact.
   *
   * Every addition is exact, hence associative. What is lost is lost term by term: at most 2^f each,
   * some 1e-13 of the largest term.
   *
   * The scale first makes the heaviest weight at least one, where it is not, and then brings b near
   * zero. Thus M1 cannot overflow, a grid is never subnormal, and weights stay normal: b is -149 to
   * 175 before and -59 to 105 after; weights are 2^-30 to 2^30 before and 2^-100 to 2^120 after.
   */

  /** Most terms that a float pair holds. */
  public static final int GROUP = 8;

  /** Smallest weight of one update: late ones are worth less than their examples. */
  public static final double SMALLEST_WEIGHT = 0x1p-30;

  /** Largest weight of one update. */
  public static final double LARGEST_WEIGHT = 1e9;

  /** Most updates of one round. */
  public static final int MOST_UPDATES = 100_000;

  /**
   * The grid for all values up to a bound.
   *
   * @param largest the largest absolute value in any of the updates
   * @param weights one for each update, {@link #SMALLEST_WEIGHT} to {@link #LARGEST_WEIGHT}
   * @throws AggregationException if a number is out of its range
   */
  public static ExactGrid of(float largest, float[] weights) {
    if (!(largest >= 0 && largest <= Float.MAX_VALUE)) {
      throw new AggregationException(
          "an update holds "
              + largest
              + ", perhaps you should check it for finite values before it is aggregated");
    }
    if (weights.length == 0 || weights.length > MOST_UPDATES) {
      throw new AggregationException(
          "there are "
              + weights.length
              + " updates, perhaps you should aggregate 1 to "
              + MOST_UPDATES);
    }
    float[] ascending = weights.clone();
    Arrays.sort(ascending);
    double sumOfWeights = 0;
    for (float weight : ascending) {
      if (!(weight >= SMALLEST_WEIGHT && weight <= LARGEST_WEIGHT)) {
        throw new AggregationException(
            "an update has the weight "
                + Text.quote(Float.toString(weight))
                + ", perhaps you should count its examples, 1 to 1000000000");
      }
      sumOfWeights += weight;
    }
    float heaviestWeight = ascending[ascending.length - 1];
    int lift = Math.max(0, -Math.getExponent(heaviestWeight));
    double total = Math.scalb(sumOfWeights, lift);
    float heaviest = Math.scalb(heaviestWeight, lift);
    double bound = Math.max(largest, Float.MIN_VALUE);
    int shift = Math.min(Math.max(-exponentAbove(bound * total), -70), 90);
    int term = exponentAbove(bound * heaviest) + shift;
    int sum = exponentAbove(bound * total) + shift;
    int coarse = term - 21;
    int fine = Math.max(term - 43, sum - 52);
    return new ExactGrid(
        Math.scalb(1f, lift + shift),
        Math.scalb(1.5f, coarse + 23),
        Math.scalb(1.5f, fine + 23),
        Math.scalb(total, shift));
  }

  /** The least n with 2^n >= value, for a positive normal value. */
  private static int exponentAbove(double value) {
    int exponent = Math.getExponent(value);
    return Math.scalb(1.0, exponent) == value ? exponent : exponent + 1;
  }
}
