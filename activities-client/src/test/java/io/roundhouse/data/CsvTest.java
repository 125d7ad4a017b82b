package io.roundhouse.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTest {
  private final Path file;

  CsvTest(@TempDir Path folder) {
    this.file = folder.resolve("rows.csv");
  }

  @Test
  void readsTheDigits() {
    DataBinding binding =
        new DataBinding.Csv(
            Path.of("../samples/digits/digits.csv.gz"),
            "last",
            Optional.empty(),
            16,
            new Split.Every(5));
    LoadedData digits = binding.load();
    assertThat(digits.train().size()).isEqualTo(1437);
    assertThat(digits.test().size()).isEqualTo(360);
    assertThat(digits.train().width()).isEqualTo(64);
    assertThat(digits.train().classes()).isEqualTo(10);
    float[] row = new float[64];
    digits.test().copyFeatures(0, row, 0);
    assertThat(row).startsWith(0, 0, 5 / 16f, 13 / 16f).endsWith(10 / 16f, 0, 0, 0);
    assertThat(digits.test().label(0)).isZero();
    assertThat(digits.train().label(0)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"last, 3", "first, 1", "1, 2", "0, 1", "2, 3", "b, 2", "'the class', 3"})
  void takesTheLabelFromTheNamedColumn(String label, int expected) throws IOException {
    Files.writeString(file, "a,\"b\", the class\r\n1,2,3\r\n");
    assertThat(read(label).label(0)).isEqualTo(expected);
  }

  @Test
  void findsOutWhetherThereIsAHeader() throws IOException {
    Files.writeString(file, "x,y\n1,2\n");
    assertThat(read("last").size()).isEqualTo(1);
    Files.writeString(file, "1,2\n1,2\n");
    assertThat(read("last").size()).isEqualTo(2);
    DataBinding.Csv binding =
        new DataBinding.Csv(file, "last", Optional.of(true), 1, new Split.None());
    assertThat(binding.load().train().size()).isEqualTo(1);
  }

  @Test
  void readsNumbersAsJavaDoes() throws IOException {
    SplittableRandom random = new SplittableRandom(11);
    StringBuilder text = new StringBuilder();
    float[] expected = new float[2000];
    for (int i = 0; i < expected.length; i++) {
      double value = (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(-20, 20));
      String number =
          i % 2 == 0 ? Double.toString(value) : "%.6f".formatted(value % 1e6).replace(',', '.');
      expected[i] = (float) Double.parseDouble(number);
      text.append(number).append(i % 3 == 0 ? " " : "").append(',').append(i).append('\n');
    }
    Files.writeString(file, text);
    Dataset rows = read("last");
    float[] found = new float[expected.length];
    for (int row = 0; row < found.length; row++) {
      rows.copyFeatures(row, found, row);
    }
    assertThat(found).as("seed 11").isEqualTo(expected);
  }

  @Test
  void skipsBlankLinesAndAMissingLastLineEnd() throws IOException {
    Files.writeString(file, "\n1,2\n\n\r\n3,4");
    assertThat(read("last").labels()).containsExactly(2, 4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1,2\\n1,x\\n | line 2, column 2: is not a number, but a label is a whole number from 0",
        "1,2\\n1,-1\\n | line 2, column 2: is -1.0, but a label is a whole number",
        "1,2\\n1,0.5\\n | line 2, column 2: is 0.5, but a label",
        "1,2\\n\\nx,1\\n | line 3, column 1: is not a number of ordinary size",
        "1,2\\n1e99,1\\n | line 2, column 1: is not a number of ordinary size",
        "1,2\\n1,2,3\\n | line 2: has 3 columns, but the first line has 2",
        "1,2\\n1\\n | line 2: has 1 columns, but the first line has 2",
        "1\\n2\\n | line 1: has one column only",
        "a,b\\n | has no rows",
      })
  void tellsWhatIsWrongAndWhere(String content, String message) throws IOException {
    Files.writeString(file, content.replace("\\n", "\n"));
    assertThatThrownBy(() -> read("last"))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(message)
        .hasMessageContaining("perhaps");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n"})
  void refusesAnEmptyFile(String content) throws IOException {
    Files.writeString(file, content);
    assertThatThrownBy(() -> read("last")).isInstanceOf(DataException.class);
  }

  @Test
  void suggestsTheNearestLabelColumn() throws IOException {
    Files.writeString(file, "width,digit\n1,2\n");
    assertThatThrownBy(() -> read("digits"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no label column 'digits'")
        .hasMessageContaining("perhaps you should write 'digit'");
    assertThatThrownBy(() -> read("2")).isInstanceOf(DataException.class);
  }

  @Test
  void tellsThatAFileIsMissing() {
    assertThatThrownBy(() -> read("last"))
        .isInstanceOf(DataException.class)
        .hasMessage("there is no file " + file + ", perhaps you should check the data set's path");
  }

  @Test
  void namesThePackageOfADebianDataSetThatIsMissing() {
    DataFile missing = new DataFile(Path.of("/usr/share/datasets/no-such-set/rows.csv.gz"));
    assertThatThrownBy(() -> missing.read(bytes -> bytes))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "there is no file /usr/share/datasets/no-such-set/rows.csv.gz, perhaps you should"
                + " install the Debian package dataset-no-such-set, or change the data set's path");
  }

  @Test
  void tellsThatAFolderIsNoFile() throws IOException {
    Files.createDirectory(file);
    assertThatThrownBy(() -> read("last"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("cannot be read");
  }

  @Test
  void refusesADamagedGzipFile() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write("1,2\n".repeat(1000).getBytes(UTF_8));
    }
    Files.write(file, bytes.toByteArray());
    assertThat(read("last").size()).isEqualTo(1000);
    Files.write(file, Arrays.copyOf(bytes.toByteArray(), bytes.size() - 12));
    assertThatThrownBy(() -> read("last"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("is cut short or damaged");
    byte[] garbled = bytes.toByteArray();
    Arrays.fill(garbled, 12, 20, (byte) 0xFF);
    Files.write(file, garbled);
    assertThatThrownBy(() -> read("last"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("is cut short or damaged");
  }

  @Test
  void refusesACellWithoutEnd() throws IOException {
    Files.writeString(file, "1".repeat(300));
    assertThatThrownBy(() -> read("last"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("longer than 256 bytes");
  }

  @Test
  void givesTypedErrorsForAnyBytes() throws IOException {
    byte[] whole = "a,b,c\n1,2,3\n4,5,6\n".getBytes(UTF_8);
    SplittableRandom random = new SplittableRandom(5);
    int refused = 0;
    for (int i = 0; i < 500; i++) {
      byte[] bytes = whole.clone();
      for (int change = 0; change < 3; change++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Files.write(file, bytes);
      try {
        assertThat(read("last").size()).as("seed 5, case " + i).isPositive();
      } catch (DataException e) {
        refused++;
        assertThat(e).as("seed 5, case " + i).hasMessageContaining("perhaps");
      }
    }
    assertThat(refused).isPositive();
  }

  private Dataset read(String label) {
    return new DataBinding.Csv(file, label, Optional.empty(), 1, new Split.None()).load().train();
  }
}
