package io.roundhouse.aggregation;

import java.util.Arrays;

/**
 * A sum of squared differences. Floats are summed in lanes, which the JVM's compiler vectorises,
 * and the lanes, before they have grown inexact, in a double: 1e-6 of the sum is lost at most.
 */
final class SquaredDistance {
  /** Most values that are given at once. */
  static final int TILE = 1 << 13;

  private static final int TILES_IN_A_LANE = 16;

  private final float[] lanes = new float[TILE];
  private double sum;
  private int tiles;

  /** Adds the squares of {@code to[i] - from[i]} for i below {@code count}. */
  void add(float[] from, float[] to, int count) {
    for (int i = 0; i < count; i++) {
      float difference = to[i] - from[i];
      lanes[i] += difference * difference;
    }
    tiles++;
    if (tiles == TILES_IN_A_LANE) {
      gather();
    }
  }

  /** Infinite if a difference is larger than 1e19, whose square is no float. */
  double sum() {
    gather();
    return sum;
  }

  private void gather() {
    for (float lane : lanes) {
      sum += lane;
    }
    Arrays.fill(lanes, 0);
    tiles = 0;
  }
}
