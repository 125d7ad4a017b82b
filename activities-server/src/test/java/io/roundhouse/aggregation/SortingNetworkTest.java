package io.roundhouse.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SortingNetworkTest {
  /** By the 0-1 principle a network that places every vector of zeros and ones places all. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16})
  void placesTheMiddleOfEveryVectorOfZerosAndOnes(int inputs) {
    SortingNetwork network = SortingNetwork.median(inputs);
    for (int bits = 0; bits < 1 << inputs; bits++) {
      int[] values = new int[inputs];
      for (int i = 0; i < inputs; i++) {
        values[i] = bits >> i & 1;
      }
      for (SortingNetwork.Comparator comparator : network.comparators()) {
        int low = Math.min(values[comparator.low()], values[comparator.high()]);
        values[comparator.high()] = Math.max(values[comparator.low()], values[comparator.high()]);
        values[comparator.low()] = low;
      }
      int zeros = inputs - Integer.bitCount(bits);
      assertThat(values[inputs / 2])
          .as("%s inputs %s", inputs, bits)
          .isEqualTo(at(inputs / 2, zeros));
      assertThat(values[(inputs - 1) / 2]).isEqualTo(at((inputs - 1) / 2, zeros));
    }
  }

  private static int at(int place, int zeros) {
    return place < zeros ? 0 : 1;
  }
}
