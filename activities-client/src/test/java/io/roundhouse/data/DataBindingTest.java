package io.roundhouse.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roundhouse.domain.Seed;
import io.roundhouse.spec.Problem;
import io.roundhouse.spec.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataBindingTest {
  private static final Path BASE = Path.of("/jobs/digits");

  @Test
  void readsACsvBinding() {
    Section section =
        Section.root(
            Map.of(
                "format",
                "csv",
                "path",
                "digits.csv.gz",
                "label",
                "first",
                "header",
                true,
                "scale",
                16,
                "holdout",
                Map.of("every", 5)));
    assertThat(DataBinding.read(section, BASE))
        .isEqualTo(
            new DataBinding.Csv(
                BASE.resolve("digits.csv.gz"), "first", Optional.of(true), 16, new Split.Every(5)));
    assertThat(section.problems()).isEmpty();
  }

  @Test
  void readsDefaults() {
    Section section = Section.root(Map.of("path", "/data/a.csv"));
    assertThat(DataBinding.read(section, BASE))
        .isEqualTo(
            new DataBinding.Csv(
                Path.of("/data/a.csv"), "last", Optional.empty(), 1, new Split.None()));
    assertThat(section.problems()).isEmpty();
  }

  @Test
  void readsAnIdxBindingWithItsTestFiles() {
    Section section =
        Section.root(
            Map.of(
                "format",
                "idx",
                "images",
                "i",
                "labels",
                "l",
                "testImages",
                "ti",
                "testLabels",
                "tl"));
    assertThat(DataBinding.read(section, BASE))
        .isEqualTo(
            new DataBinding.Idx(
                BASE.resolve("i"),
                BASE.resolve("l"),
                255,
                new Split.Separate(
                    new DataBinding.Idx(
                        BASE.resolve("ti"), BASE.resolve("tl"), 255, new Split.None()))));
    assertThat(section.problems()).isEmpty();
  }

  @Test
  void findsEveryProblem() {
    Section section =
        Section.root(
            Map.of(
                "path", "a\0b",
                "lable", "x",
                "holdout", Map.of("every", 1, "fraction", 2)));
    DataBinding.read(section, BASE);
    assertThat(section.problems())
        .extracting(Problem::path)
        .containsExactlyInAnyOrder("", "lable", "holdout", "holdout.every", "holdout.fraction");
  }

  @Test
  void suggestsTheNearestFormat() {
    Section section = Section.root(Map.of("format", "cvs"));
    DataBinding.read(section, BASE);
    assertThat(section.problems())
        .singleElement()
        .hasToString("format: must be csv or idx, not 'cvs', perhaps you should write csv");
  }

  @Test
  void holdsOutASeededFraction() {
    Dataset rows = Dataset.of(new float[1000], 1, new int[1000]);
    LoadedData cut = new Split.Fraction(0.2, new Seed(1)).apply(rows);
    assertThat(cut.test().size()).isEqualTo(200);
    assertThat(cut.train().size()).isEqualTo(800);
    float[] numbers = new float[1000];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i;
    }
    Dataset numbered = Dataset.of(numbers, 1, new int[1000]);
    assertThat(firstTestRow(numbered, 1)).isEqualTo(firstTestRow(numbered, 1));
    assertThat(firstTestRow(numbered, 1)).isNotEqualTo(firstTestRow(numbered, 2));
  }

  @Test
  void testsOnRowsOfTheirOwn(@TempDir Path folder) throws IOException {
    Path train = Files.writeString(folder.resolve("train.csv"), "1,0\n2,1\n");
    Path test = Files.writeString(folder.resolve("test.csv"), "3,1\n");
    Map<String, Object> keys = Map.of("path", "train.csv", "test", "test.csv");
    LoadedData data = DataBinding.read(Section.root(keys), folder).load();
    assertThat(data.train().size()).isEqualTo(2);
    assertThat(data.test().labels()).containsExactly(1);
    Files.writeString(test, "3,4,1\n");
    assertThat(train).exists();
    assertThatThrownBy(() -> DataBinding.read(Section.root(keys), folder).load())
        .isInstanceOf(DataException.class)
        .hasMessageContaining("1 features")
        .hasMessageContaining("2, perhaps");
  }

  @Test
  void selectsRowsOfASelection() {
    Dataset rows = Dataset.of(new float[] {10, 11, 12, 13}, 1, new int[] {0, 1, 2, 3});
    Dataset chosen = rows.select(new int[] {3, 1, 0}).select(new int[] {0, 2});
    assertThat(chosen.labels()).containsExactly(3, 0);
    float[] row = new float[1];
    chosen.copyFeatures(0, row, 0);
    assertThat(row).containsExactly(13);
    assertThat(chosen.classes()).isEqualTo(4);
  }

  private static float firstTestRow(Dataset rows, long seed) {
    float[] row = new float[1];
    new Split.Fraction(0.2, new Seed(seed)).apply(rows).test().copyFeatures(0, row, 0);
    return row[0];
  }
}
