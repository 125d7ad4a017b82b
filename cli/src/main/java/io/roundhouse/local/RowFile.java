package io.roundhouse.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.roundhouse.data.Dataset;
import io.roundhouse.data.LoadedData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Rows as CSV files that give the same bits when they are read. */
final class RowFile {
  private RowFile() {}

  /** Writes the rows to train on, those held out, and the {@code data.yml} that binds them. */
  static void write(LoadedData rows, String name, Path local) {
    try {
      write(rows.train(), local.resolve(name + ".csv"));
      String test = "";
      if (rows.test().size() > 0) {
        write(rows.test(), local.resolve(name + "-test.csv"));
        test = ", test: " + name + "-test.csv";
      }
      Files.writeString(
          local.resolve("data.yml"),
          "%s: {path: %s.csv, label: last, header: false%s}\n".formatted(name, name, test),
          UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Dataset rows, Path file) throws IOException {
    float[] features = new float[rows.width()];
    try (Writer out = Files.newBufferedWriter(file, UTF_8)) {
      for (int row = 0; row < rows.size(); row++) {
        rows.copyFeatures(row, features, 0);
        for (float feature : features) {
          out.append(Float.toString(feature)).append(',');
        }
        out.append(Integer.toString(rows.label(row))).append('\n');
      }
    }
  }
}
