package io.roundhouse.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowFilesTest {
  private final Path folder;

  RowFilesTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void writesNumbersThatReadBackAsTheSameFloats() {
    long seed = 7;
    SplittableRandom random = new SplittableRandom(seed);
    float[] features = new float[3_000];
    for (int i = 0; i < features.length; i++) {
      float any = Float.intBitsToFloat((int) random.nextLong());
      features[i] = Float.isFinite(any) ? any : i;
    }
    features[0] = -0f;
    features[1] = Float.MIN_VALUE;
    features[2] = Float.MAX_VALUE;
    features[3] = 1 << 24;
    int[] labels = random.ints(1_000, 0, 10).toArray();
    Dataset rows = Dataset.of(features, 3, labels);

    RowFiles files = RowFiles.write(new LoadedData(rows, rows.select(new int[0])), folder);

    assertThat(files.test()).isEmpty();
    assertThat(files)
        .returns(1_000, RowFiles::trainRows)
        .returns(0, RowFiles::testRows)
        .returns(3, RowFiles::features)
        .returns(10, RowFiles::classes);
    Dataset read = read(files.train());
    assertThat(read.labels()).isEqualTo(labels);
    float[] row = new float[3];
    for (int i = 0; i < read.size(); i++) {
      read.copyFeatures(i, row, 0);
      for (int j = 0; j < 3; j++) {
        assertThat(Float.floatToRawIntBits(row[j]))
            .as("seed %d, row %d, column %d", seed, i, j)
            .isEqualTo(Float.floatToRawIntBits(features[3 * i + j]));
      }
    }
  }

  @Test
  void writesWholeNumbersShort() throws IOException {
    Dataset rows = Dataset.of(new float[] {0, 16, 0.5f, -3}, 2, new int[] {1, 0});
    RowFiles files = RowFiles.write(new LoadedData(rows, rows), folder);

    assertThat(Files.readString(files.train())).isEqualTo("0,16,1\n0.5,-3,0\n");
    assertThat(files.test().orElseThrow()).hasSameTextualContentAs(files.train());
    assertThat(folder).isDirectoryNotContaining("glob:**.partial");
  }

  private static Dataset read(Path file) {
    return new DataBinding.Csv(file, "last", Optional.of(false), 1, new Split.None())
        .load()
        .train();
  }
}
