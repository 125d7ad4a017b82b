package io.roundhouse.data;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Seed;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Which rows are held out for evaluation. */
public sealed interface Split {
  /** No row. */
  record None() implements Split {}

  /**
   * Every n-th row, from the first: row i where {@code i % n == 0}.
   *
   * @param n at least 2
   */
  record Every(int n) implements Split {
    public Every {
      if (n < 2) {
        throw new IllegalArgumentException("n is below 2: " + n);
      }
    }
  }

  /**
   * A random share of the rows, rounded to the nearest whole number.
   *
   * @param share 0 to 1
   * @param seed decides which
   */
  record Fraction(double share, Seed seed) implements Split {
    public Fraction {
      requireNonNull(seed, "seed is null");
      if (!(share >= 0 && share <= 1)) {
        throw new IllegalArgumentException("share is not from 0 to 1: " + share);
      }
    }
  }

  /**
   * Rows of their own.
   *
   * @param test where they are
   */
  record Separate(DataBinding test) implements Split {
    public Separate {
      requireNonNull(test, "test is null");
    }
  }

  /**
   * Cuts what was read.
   *
   * @throws DataException if the separate rows cannot be read or have other features
   */
  default LoadedData apply(Dataset all) {
    if (this instanceof Every every) {
      return cut(all, row -> row % every.n() == 0);
    }
    if (this instanceof Fraction fraction) {
      int[] lots = Rows.shuffled(all.size(), fraction.seed().random());
      boolean[] held = new boolean[all.size()];
      Arrays.stream(lots)
          .limit(Math.round(fraction.share() * all.size()))
          .forEach(row -> held[row] = true);
      return cut(all, row -> held[row]);
    }
    if (this instanceof Separate separate) {
      Dataset test = separate.test().load().train();
      if (test.width() != all.width()) {
        throw new DataException(
            "rows to train on have "
                + all.width()
                + " features and rows to test on "
                + test.width()
                + ", perhaps you should check that the files belong together");
      }
      return new LoadedData(all, test);
    }
    return cut(all, row -> false);
  }

  private static LoadedData cut(Dataset all, IntPredicate held) {
    int[] test = IntStream.range(0, all.size()).filter(held).toArray();
    int[] train = IntStream.range(0, all.size()).filter(held.negate()).toArray();
    return new LoadedData(all.select(train), all.select(test));
  }
}
