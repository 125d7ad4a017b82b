package io.roundhouse.data;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Seed;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Labelled rows in memory. Immutable; selections share the features of what they select from. */
public final class Dataset {
  private final float[] features;
  private final int width;
  private final int[] allLabels;
  private final int[] rows;
  private final int classes;

  private Dataset(float[] features, int width, int[] allLabels, int[] rows, int classes) {
    this.features = features;
    this.width = width;
    this.allLabels = allLabels;
    this.rows = rows;
    this.classes = classes;
  }

  /**
   * All rows of two arrays, which must not change any more.
   *
   * @param features row-major, {@code labels.length × width}
   * @param width features of a row
   * @param labels class of each row, from 0
   */
  public static Dataset of(float[] features, int width, int[] labels) {
    requireNonNull(features, "features is null");
    requireNonNull(labels, "labels is null");
    if ((long) labels.length * width != features.length) {
      throw new IllegalArgumentException(
          labels.length + " rows of " + width + " features are not " + features.length);
    }
    if (Arrays.stream(labels).anyMatch(label -> label < 0)) {
      throw new IllegalArgumentException("a label is negative");
    }
    int[] rows = IntStream.range(0, labels.length).toArray();
    return new Dataset(features, width, labels, rows, Arrays.stream(labels).max().orElse(-1) + 1);
  }

  /** The given rows in the given order. */
  public Dataset select(int[] selected) {
    int[] chosen = Arrays.stream(selected).map(row -> rows[row]).toArray();
    return new Dataset(features, width, allLabels, chosen, classes);
  }

  /** All rows in an order that only the seed decides. */
  public Dataset shuffled(Seed seed) {
    return select(Rows.shuffled(rows.length, seed.random()));
  }

  /** Number of rows. */
  public int size() {
    return rows.length;
  }

  /** Features of a row. */
  public int width() {
    return width;
  }

  /** Labels are below this number; that of the whole in a selection. */
  public int classes() {
    return classes;
  }

  /** Class of a row. */
  public int label(int row) {
    return allLabels[rows[row]];
  }

  /** Class of every row. */
  public int[] labels() {
    return Arrays.stream(rows).map(row -> allLabels[row]).toArray();
  }

  /** Copies the features of a row to {@code into} from {@code offset}. */
  public void copyFeatures(int row, float[] into, int offset) {
    System.arraycopy(features, rows[row] * width, into, offset, width);
  }
}
