package io.roundhouse.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SquaredDistanceTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, SquaredDistance.TILE, 40 * SquaredDistance.TILE + 13})
  void losesAMillionthAtMost(int elements) {
    long seed = 20261130;
    Random random = new Random(seed);
    SquaredDistance distance = new SquaredDistance();
    double exact = 0;
    float[] from = new float[SquaredDistance.TILE];
    float[] to = new float[SquaredDistance.TILE];
    for (int done = 0; done < elements; done += SquaredDistance.TILE) {
      int count = Math.min(SquaredDistance.TILE, elements - done);
      for (int i = 0; i < count; i++) {
        from[i] = (float) (random.nextGaussian() * Math.exp(3 * random.nextGaussian()));
        to[i] = (float) (random.nextGaussian() * Math.exp(3 * random.nextGaussian()));
        double difference = (double) to[i] - from[i];
        exact += difference * difference;
      }
      distance.add(from, to, count);
    }
    assertThat(distance.sum()).as("seed " + seed).isEqualTo(exact, within(exact * 1e-6));
  }

  @ParameterizedTest
  @ValueSource(floats = {2e19f, Float.MAX_VALUE, Float.POSITIVE_INFINITY})
  void isInfiniteIfASquareIsNoFloat(float large) {
    SquaredDistance distance = new SquaredDistance();
    distance.add(new float[1], new float[] {large}, 1);
    assertThat(distance.sum()).isInfinite();
  }
}
