package io.roundhouse.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Orders and cuts of row numbers. */
final class Rows {
  private Rows() {}

  /** Fisher–Yates with draws that depend on the generator's 64-bit output only. */
  static void shuffle(int[] rows, SplittableRandom random) {
    for (int i = rows.length - 1; i > 0; i--) {
      int j = (int) Math.multiplyHigh(random.nextLong() >>> 1, (i + 1L) << 1);
      int row = rows[i];
      rows[i] = rows[j];
      rows[j] = row;
    }
  }

  /** 0 to {@code size - 1} in random order. */
  static int[] shuffled(int size, SplittableRandom random) {
    int[] rows = IntStream.range(0, size).toArray();
    shuffle(rows, random);
    return rows;
  }

  /** Row numbers stably sorted by label. */
  static int[] byLabel(int[] labels) {
    int[] next = new int[Arrays.stream(labels).max().orElse(-1) + 2];
    for (int label : labels) {
      next[label + 1]++;
    }
    Arrays.parallelPrefix(next, Integer::sum);
    int[] sorted = new int[labels.length];
    for (int row = 0; row < labels.length; row++) {
      sorted[next[labels[row]]++] = row;
    }
    return sorted;
  }

  /** Runs of equal length; the first ones have one more where it does not divide. */
  static List<int[]> runs(int[] rows, int parts) {
    List<int[]> runs = new ArrayList<>(parts);
    int from = 0;
    for (int part = 0; part < parts; part++) {
      int to = from + rows.length / parts + (part < rows.length % parts ? 1 : 0);
      runs.add(Arrays.copyOfRange(rows, from, to));
      from = to;
    }
    return runs;
  }

  /** Runs whose lengths are as near to the shares as whole numbers of rows allow. */
  static List<int[]> runs(int[] rows, double[] shares) {
    List<int[]> runs = new ArrayList<>(shares.length);
    double sum = 0;
    int from = 0;
    for (int part = 0; part < shares.length; part++) {
      sum += shares[part];
      int end = part == shares.length - 1 ? rows.length : (int) Math.rint(sum * rows.length);
      int to = Math.min(rows.length, Math.max(from, end));
      runs.add(Arrays.copyOfRange(rows, from, to));
      from = to;
    }
    return runs;
  }

  /** Rows of each label that occurs, in the order of labels. */
  static List<int[]> ofLabels(int[] labels) {
    int[] sorted = byLabel(labels);
    List<int[]> groups = new ArrayList<>();
    int from = 0;
    for (int to = 1; to <= sorted.length; to++) {
      if (to == sorted.length || labels[sorted[to]] != labels[sorted[from]]) {
        groups.add(Arrays.copyOfRange(sorted, from, to));
        from = to;
      }
    }
    return groups;
  }

  /** No rows for anyone. */
  static List<int[]> empty(int parts) {
    return new ArrayList<>(Collections.nCopies(parts, new int[0]));
  }

  static int[] joined(int[] some, int[] more) {
    int[] all = Arrays.copyOf(some, some.length + more.length);
    System.arraycopy(more, 0, all, some.length, more.length);
    return all;
  }

  /** Adds to each part. */
  static void append(List<int[]> parts, List<int[]> more) {
    for (int part = 0; part < parts.size(); part++) {
      parts.set(part, joined(parts.get(part), more.get(part)));
    }
  }

  /**
   * Moves rows from the largest parts until every part has {@code least}; there must be enough of
   * them.
   */
  static void fill(List<int[]> parts, int least) {
    for (int part = 0; part < parts.size(); part++) {
      while (parts.get(part).length < least) {
        int largest = 0;
        for (int other = 1; other < parts.size(); other++) {
          largest = parts.get(other).length > parts.get(largest).length ? other : largest;
        }
        int[] from = parts.get(largest);
        parts.set(part, joined(parts.get(part), new int[] {from[from.length - 1]}));
        parts.set(largest, Arrays.copyOf(from, from.length - 1));
      }
    }
  }
}
