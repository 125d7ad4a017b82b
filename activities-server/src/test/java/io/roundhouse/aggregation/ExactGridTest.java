package io.roundhouse.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExactGridTest {
  private static final int LENGTH = 500;
  private final JavaKernel kernel = new JavaKernel();

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 100",
    "2, 2, 0.05, 1000",
    "3, 7, 3, 1",
    "4, 8, 1e-3, 50000",
    "5, 9, 1e4, 16777216",
    "6, 50, 1, 1000000000",
    "7, 1000, 0.3, 600",
    "8, 5, 1e-44, 20",
    "9, 5, 1e-38, 1000000000",
    "10, 12, 3.4e38, 1000000000",
    "11, 12, 3.4e38, 1"
  })
  void sumsHaveTheSameBitsInAnyOrderAndGrouping(long seed, int updates, float scale, int most) {
    float[][] values = Updates.random(seed, updates, LENGTH, scale, 8);
    float[] weights = Updates.weights(seed, updates, most);
    ExactGrid grid = ExactGrid.of(Updates.largest(values), weights);
    double[] expected = sum(values, weights, grid);
    assertNear(values, weights, grid, expected, seed);
    Random random = new Random(seed);
    for (int trial = 0; trial < 10; trial++) {
      List<Integer> order = new ArrayList<>(IntStream.range(0, updates).boxed().toList());
      Collections.shuffle(order, random);
      float[][] shuffled = Updates.ordered(values, order);
      float[] shuffledWeights = Updates.ordered(weights, order);
      assertThat(sum(shuffled, shuffledWeights, grid)).as("seed %s", seed).isEqualTo(expected);
      double[] total = new double[LENGTH];
      for (int from = 0; from < updates; ) {
        int to = from + 1 + random.nextInt(updates - from);
        double[] part =
            sum(
                Arrays.copyOfRange(shuffled, from, to),
                Arrays.copyOfRange(shuffledWeights, from, to),
                grid);
        Arrays.setAll(total, i -> total[i] + part[i]);
        from = to;
      }
      assertThat(total).as("groups, seed %s", seed).isEqualTo(expected);
    }
  }

  /** Weights of late updates: from 2^-30 on, with every bit of a float. */
  @ParameterizedTest
  @CsvSource({
    "1, 6, 1, 1e-9",
    "2, 40, 1e-44, 1e-9",
    "3, 40, 3.4e38, 1e-9",
    "4, 40, 3.4e38, 1e9",
    "5, 40, 1e-44, 1e9",
    "6, 9, 0.3, 1e-3",
    "7, 300, 2, 1"
  })
  void sumsOfFractionsHaveTheSameBitsInAnyOrder(
      long seed, int updates, float scale, double heaviest) {
    float[][] values = Updates.random(seed, updates, LENGTH, scale, 8);
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = new float[updates];
    for (int k = 0; k < updates; k++) {
      double weight = heaviest * Math.pow(10, -10 * random.nextDouble());
      weights[k] = (float) Math.max(ExactGrid.SMALLEST_WEIGHT, weight);
    }
    ExactGrid grid = ExactGrid.of(Updates.largest(values), weights);
    double[] expected = sum(values, weights, grid);
    assertNear(values, weights, grid, expected, seed);
    List<Integer> order = new ArrayList<>(IntStream.range(0, updates).boxed().toList());
    for (int trial = 0; trial < 10; trial++) {
      Collections.shuffle(order, new Random(trial));
      float[] shuffled = Updates.ordered(weights, order);
      assertThat(ExactGrid.of(Updates.largest(values), shuffled)).isEqualTo(grid);
      assertThat(sum(Updates.ordered(values, order), shuffled, grid))
          .as("seed %s", seed)
          .isEqualTo(expected);
    }
  }

  /** Scaled weights and grids are normal numbers at both ends of the range. */
  @ParameterizedTest
  @CsvSource({
    "1, 9.3132257e-10, 1.4e-45",
    "1, 9.3132257e-10, 3.4028235e38",
    "100000, 9.3132257e-10, 1.4e-45",
    "100000, 1e9, 1.4e-45",
    "100000, 1e9, 3.4028235e38",
    "1, 1e9, 1.4e-45"
  })
  void gridsAreNeverSubnormal(int updates, float weight, float largest) {
    float[] weights = new float[updates];
    Arrays.fill(weights, weight);
    ExactGrid grid = ExactGrid.of(largest, weights);
    assertThat(grid.low() / 1.5f * 0x1p-23f).isGreaterThanOrEqualTo(Float.MIN_NORMAL);
    assertThat(grid.high()).isLessThan(Float.POSITIVE_INFINITY);
    assertThat(weight * grid.scale()).isBetween(Float.MIN_NORMAL, Float.MAX_VALUE);
    assertThat((double) (weight * grid.scale())).isEqualTo((double) weight * grid.scale());
  }

  /** Thousands of positive terms need all 53 bits of the double sum. */
  @Test
  void sumsOfManyPositiveTermsHaveTheSameBitsInAnyOrder() {
    int updates = 20_000;
    float[][] values = Updates.random(12, updates, 20, 1, 0);
    for (float[] update : values) {
      for (int i = 0; i < update.length; i++) {
        update[i] = Math.abs(update[i]);
      }
    }
    float[] weights = Updates.weights(12, updates, 1 << 24);
    ExactGrid grid = ExactGrid.of(Updates.largest(values), weights);
    double[] expected = sum(values, weights, grid);
    List<Integer> order = new ArrayList<>(IntStream.range(0, updates).boxed().toList());
    for (int trial = 0; trial < 5; trial++) {
      Collections.shuffle(order, new Random(trial));
      assertThat(sum(Updates.ordered(values, order), Updates.ordered(weights, order), grid))
          .isEqualTo(expected);
    }
  }

  /** Equal signs and equal largest values make the partial sums as large as they can be. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8, 9, 64, 4097, 100_000})
  void staysExactWhereEveryTermIsTheLargest(int updates) {
    for (float value : new float[] {1, Float.MAX_VALUE, -1.9999999f, 0x1.000002p-3f}) {
      for (float weight : new float[] {1, 3, 999_999_936}) {
        float[][] values = new float[updates][];
        Arrays.fill(values, new float[] {value});
        float[] weights = new float[updates];
        Arrays.fill(weights, weight);
        ExactGrid grid = ExactGrid.of(Math.abs(value), weights);
        double[] sum = new double[1];
        kernel.addWeighted(values, weights, 1, grid, sum);
        assertThat((float) (sum[0] / grid.weight())).isEqualTo(value);
      }
    }
  }

  @Test
  void meanOfZerosIsZero() {
    float[][] zeros = {{0f, -0f}, {-0f, -0f}};
    float[] weights = {3, 4};
    assertThat(sum(zeros, weights, ExactGrid.of(0, weights))).startsWith(0, 0);
  }

  @Test
  void keepsSubnormals() {
    float[][] values = {{Float.MIN_VALUE}, {3 * Float.MIN_VALUE}};
    float[] weights = {1, 1};
    ExactGrid grid = ExactGrid.of(Updates.largest(values), weights);
    double[] sum = new double[1];
    kernel.addWeighted(values, weights, 1, grid, sum);
    assertThat((float) (sum[0] / grid.weight())).isEqualTo(2 * Float.MIN_VALUE);
  }

  @ParameterizedTest
  @ValueSource(floats = {0, -5, 9e-10f, 1e12f, Float.NaN, Float.POSITIVE_INFINITY})
  void refusesWeightsOutOfRange(float weight) {
    assertThatThrownBy(() -> ExactGrid.of(1, new float[] {1, weight}))
        .isInstanceOf(AggregationException.class)
        .hasMessageContaining("weight '" + weight + "', perhaps");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, -1})
  void refusesValuesThatAreNotFinite(float largest) {
    assertThatThrownBy(() -> ExactGrid.of(largest, new float[] {1}))
        .isInstanceOf(AggregationException.class)
        .hasMessageContaining("holds " + largest);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100_001})
  void refusesNumbersOfUpdatesOutOfRange(int updates) {
    float[] weights = new float[updates];
    Arrays.fill(weights, 1);
    assertThatThrownBy(() -> ExactGrid.of(1, weights))
        .isInstanceOf(AggregationException.class)
        .hasMessageContaining(updates + " updates");
  }

  private double[] sum(float[][] values, float[] weights, ExactGrid grid) {
    double[] sum = new double[values[0].length];
    kernel.addWeighted(values, weights, sum.length, grid, sum);
    return sum;
  }

  /**
   * Compares with the sum in decimal numbers: 1e-11 of the range, which is largest times weight.
   */
  private static void assertNear(
      float[][] values, float[] weights, ExactGrid grid, double[] sum, long seed) {
    double range = (double) Updates.largest(values) * grid.weight();
    for (int i = 0; i < LENGTH; i++) {
      BigDecimal exact = BigDecimal.ZERO;
      for (int k = 0; k < values.length; k++) {
        exact = exact.add(new BigDecimal(values[k][i]).multiply(new BigDecimal(weights[k])));
      }
      exact = exact.multiply(new BigDecimal(grid.scale()));
      double error = exact.subtract(new BigDecimal(sum[i])).abs().doubleValue();
      assertThat(error / range).as("seed %s element %s", seed, i).isLessThan(1e-11);
    }
  }
}
