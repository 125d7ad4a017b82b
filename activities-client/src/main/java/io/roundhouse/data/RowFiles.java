package io.roundhouse.data;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Rows as programs get them: comma-separated numbers, a row a line, no header, the class last.
 * Numbers read back as the same 32-bit floats.
 *
 * @param train the rows to train on
 * @param test the rows to evaluate on; absent if there are none
 * @param trainRows how many
 * @param testRows how many
 * @param features of a row
 * @param classes labels are below this number
 */
public record RowFiles(
    Path train, Optional<Path> test, int trainRows, int testRows, int features, int classes) {
  public RowFiles {
    requireNonNull(train, "train is null");
    requireNonNull(test, "test is null");
  }

  /** Writes {@code train.csv} and, if there are rows for it, {@code test.csv} into a folder. */
  public static RowFiles write(LoadedData data, Path folder) {
    Dataset train = data.train();
    Dataset test = data.test();
    try {
      Files.createDirectories(folder);
      Path trainFile = write(train, folder.resolve("train.csv"));
      Optional<Path> testFile =
          test.size() == 0
              ? Optional.empty()
              : Optional.of(write(test, folder.resolve("test.csv")));
      return new RowFiles(
          trainFile,
          testFile,
          train.size(),
          test.size(),
          train.width(),
          Math.max(train.classes(), test.classes()));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "rows cannot be written to " + folder + ", perhaps you should check the disk", e);
    }
  }

  private static Path write(Dataset rows, Path file) throws IOException {
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    float[] features = new float[rows.width()];
    StringBuilder line = new StringBuilder();
    try (Writer writer = Files.newBufferedWriter(partial, US_ASCII)) {
      for (int row = 0; row < rows.size(); row++) {
        rows.copyFeatures(row, features, 0);
        for (float feature : features) {
          append(line, feature);
          line.append(',');
        }
        writer.append(line.append(rows.label(row)).append('\n'));
        line.setLength(0);
      }
    }
    return Files.move(
        partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void append(StringBuilder line, float value) {
    int whole = (int) value;
    if (whole == value && Float.floatToRawIntBits(value) != Float.floatToRawIntBits(-0f)) {
      line.append(whole);
    } else {
      line.append(value);
    }
  }
}
