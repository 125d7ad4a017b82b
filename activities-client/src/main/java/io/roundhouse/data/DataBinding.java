package io.roundhouse.data;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Seed;
import io.roundhouse.domain.Text;
import io.roundhouse.spec.Section;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Where the rows of a named data set are. */
public sealed interface DataBinding {
  /**
   * Comma-separated numbers, one row a line, plain or gzip.
   *
   * @param path the file
   * @param label the column of the class: {@code last}, {@code first}, an index from 0, or a name
   *     from the header
   * @param header whether the first line names the columns; found out if absent
   * @param scale what features are divided by
   * @param split which rows are held out
   */
  record Csv(Path path, String label, Optional<Boolean> header, double scale, Split split)
      implements DataBinding {
    public Csv {
      requireNonNull(path, "path is null");
      requireNonNull(label, "label is null");
      requireNonNull(header, "header is null");
      requireNonNull(split, "split is null");
    }

    @Override
    public LoadedData load() {
      return split.apply(CsvReader.read(this));
    }
  }

  /**
   * Images and labels in the IDX format of MNIST (LeCun, Cortes &amp; Burges), plain or gzip.
   *
   * @param images unsigned bytes, two or more dimensions
   * @param labels unsigned bytes, one dimension
   * @param scale what features are divided by
   * @param split which rows are held out
   */
  record Idx(Path images, Path labels, double scale, Split split) implements DataBinding {
    public Idx {
      requireNonNull(images, "images is null");
      requireNonNull(labels, "labels is null");
      requireNonNull(split, "split is null");
    }

    @Override
    public LoadedData load() {
      return split.apply(IdxReader.read(this));
    }
  }

  /**
   * A folder of files that only programs know how to read. They get its path, and must not write
   * there.
   *
   * @param path the folder
   * @param examples how many examples to train on the site's owner counts in it; 0 if unknown
   * @param heldOut likewise for those to evaluate on
   */
  record Folder(Path path, long examples, long heldOut) implements DataBinding {
    public Folder {
      requireNonNull(path, "path is null");
    }

    /**
     * @throws DataException always: there are no rows
     */
    @Override
    public LoadedData load() {
      throw new DataException(
          "the data set is the folder "
              + path
              + ", which only programs read, perhaps you should write trainer: program in the job,"
              + " or bind the name to a CSV or IDX file");
    }

    /**
     * Looks whether the folder is there.
     *
     * @throws DataException if it is not, or cannot be read
     */
    public void requireReadable() {
      if (!Files.isDirectory(path) || !Files.isReadable(path)) {
        throw new DataException(
            "there is no folder "
                + path
                + " that can be read, perhaps you should check the data set's path and its"
                + " permissions");
      }
    }
  }

  /**
   * Rows that are in memory already.
   *
   * @param load the rows
   */
  record Memory(LoadedData load) implements DataBinding {
    public Memory {
      requireNonNull(load, "load is null");
    }
  }

  /**
   * Reads the rows.
   *
   * @throws DataException if they cannot be read, are not what the binding says, or do not fit in
   *     memory
   */
  LoadedData load();

  /**
   * Reads a binding; what is wrong with it is noted in the section.
   *
   * @param section its keys
   * @param base folder that relative paths start from
   */
  static DataBinding read(Section section, Path base) {
    if (section.has("folder")) {
      return new Folder(
          path(section, base, section.text("folder")),
          section.wholeNumber("examples", 0, 0, Long.MAX_VALUE),
          section.wholeNumber("heldOut", 0, 0, Long.MAX_VALUE));
    }
    section.ignore("folder");
    String format = section.text("format", "csv");
    return switch (format) {
      case "csv" ->
          csv(section, base, section.text("path"), split(section, csvTest(section, base)));
      case "idx" ->
          idx(
              section,
              base,
              section.text("images"),
              section.text("labels"),
              split(section, idxTest(section, base)));
      default -> {
        section.unknownChoice("format", new TreeSet<>(Set.of("csv", "idx")));
        List.of("path", "test", "label", "scale", "header").forEach(section::ignore);
        List.of("images", "labels", "testImages", "testLabels", "holdout").forEach(section::ignore);
        yield new Idx(base, base, 1, new Split.None());
      }
    };
  }

  private static Optional<DataBinding> csvTest(Section section, Path base) {
    return section.optionalText("test").map(path -> csv(section, base, path, new Split.None()));
  }

  private static Optional<DataBinding> idxTest(Section section, Path base) {
    if (!section.has("testImages") && !section.has("testLabels")) {
      section.ignore("testImages").ignore("testLabels");
      return Optional.empty();
    }
    return Optional.of(
        idx(
            section,
            base,
            section.text("testImages"),
            section.text("testLabels"),
            new Split.None()));
  }

  private static Csv csv(Section section, Path base, String path, Split split) {
    return new Csv(
        path(section, base, path),
        section.text("label", "last"),
        section.has("header") ? Optional.of(section.flag("header", true)) : absent(section),
        section.number("scale", 1, 1e-30, 1e30),
        split);
  }

  private static Path path(Section section, Path base, String text) {
    try {
      return base.resolve(text);
    } catch (InvalidPathException e) {
      section.problem(
          "", "has a path that cannot be one, perhaps you should check " + Text.quote(text));
      return base;
    }
  }

  private static Optional<Boolean> absent(Section section) {
    section.ignore("header");
    return Optional.empty();
  }

  private static Idx idx(Section section, Path base, String images, String labels, Split split) {
    return new Idx(
        path(section, base, images),
        path(section, base, labels),
        section.number("scale", 255, 1e-30, 1e30),
        split);
  }

  private static Split split(Section section, Optional<DataBinding> test) {
    Section holdout = section.section("holdout");
    boolean every = holdout.has("every");
    boolean fraction = holdout.has("fraction");
    int n = holdout.integer("every", 5, 2, 1_000_000);
    double share = holdout.number("fraction", 0.2, 0, 1);
    long seed = holdout.wholeNumber("seed", 42, Long.MIN_VALUE, Long.MAX_VALUE);
    if ((test.isPresent() ? 1 : 0) + (every ? 1 : 0) + (fraction ? 1 : 0) > 1) {
      section.problem(
          "holdout",
          "can be one of test rows of their own, every and fraction, perhaps you should delete the others");
    }
    if (test.isPresent()) {
      return new Split.Separate(test.get());
    }
    if (every) {
      return new Split.Every(n);
    }
    return fraction ? new Split.Fraction(share, new Seed(seed)) : new Split.None();
  }
}
