package io.roundhouse.aggregation;

import java.util.List;
import java.util.SplittableRandom;

/** Seeded values as updates hold them. */
final class Updates {
  private Updates() {}

  /** Values of magnitudes from {@code 10^-digits} to {@code scale}, some zeros of either sign. */
  static float[][] random(long seed, int updates, int length, float scale, int digits) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] values = new float[updates][length];
    for (float[] update : values) {
      for (int i = 0; i < length; i++) {
        double magnitude = Math.pow(10, -digits * random.nextDouble());
        update[i] =
            switch (random.nextInt(20)) {
              case 0 -> 0f;
              case 1 -> -0f;
              default -> (float) ((2 * random.nextDouble() - 1) * magnitude * scale);
            };
      }
    }
    return values;
  }

  /** Whole numbers from 1 to {@code most}. */
  static float[] weights(long seed, int updates, int most) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = new float[updates];
    for (int k = 0; k < updates; k++) {
      weights[k] = 1 + random.nextInt(most);
    }
    return weights;
  }

  static float largest(float[][] updates) {
    float largest = 0;
    for (float[] update : updates) {
      for (float value : update) {
        largest = Math.max(largest, Math.abs(value));
      }
    }
    return largest;
  }

  /** The rows in the given order. */
  static float[][] ordered(float[][] updates, List<Integer> order) {
    return order.stream().map(k -> updates[k]).toArray(float[][]::new);
  }

  static float[] ordered(float[] weights, List<Integer> order) {
    float[] result = new float[weights.length];
    for (int k = 0; k < weights.length; k++) {
      result[k] = weights[order.get(k)];
    }
    return result;
  }
}
