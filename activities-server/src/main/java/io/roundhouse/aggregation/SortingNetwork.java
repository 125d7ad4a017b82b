package io.roundhouse.aggregation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Comparators that bring the middle of some values to its place: Batcher's odd-even merge sort
 * (Knuth, The Art of Computer Programming 3, 5.2.2M) without those that cannot reach the middle.
 *
 * @param inputs how many values
 * @param comparators what to do in this order
 */
record SortingNetwork(int inputs, List<Comparator> comparators) {
  /** Puts the lesser of two values at {@code low}, the greater at {@code high}. */
  record Comparator(int low, int high) {}

  SortingNetwork {
    comparators = List.copyOf(comparators);
  }

  /** The network that puts the median to {@code inputs / 2} and, if even, the place before. */
  static SortingNetwork median(int inputs) {
    List<Comparator> sort = batcher(inputs);
    boolean[] needed = new boolean[inputs];
    needed[inputs / 2] = true;
    needed[(inputs - 1) / 2] = true;
    ArrayDeque<Comparator> useful = new ArrayDeque<>();
    for (int i = sort.size() - 1; i >= 0; i--) {
      Comparator comparator = sort.get(i);
      if (needed[comparator.low] || needed[comparator.high]) {
        needed[comparator.low] = true;
        needed[comparator.high] = true;
        useful.addFirst(comparator);
      }
    }
    return new SortingNetwork(inputs, List.copyOf(useful));
  }

  private static List<Comparator> batcher(int inputs) {
    List<Comparator> comparators = new ArrayList<>();
    int top = Integer.highestOneBit(Math.max(1, inputs - 1));
    for (int p = top; p > 0; p /= 2) {
      int remainder = 0;
      int distance = p;
      for (int q = top; q >= p; q /= 2) {
        for (int i = 0; i < inputs - distance; i++) {
          if ((i & p) == remainder) {
            comparators.add(new Comparator(i, i + distance));
          }
        }
        distance = q - p;
        remainder = p;
      }
    }
    return comparators;
  }
}
