package io.roundhouse.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Index.atIndex;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
  private Path file = Path.of("none");

  @BeforeEach
  void name(@TempDir Path folder) {
    file = folder.resolve("model.safetensors");
  }

  @Test
  void readsWhatItWrote() {
    List<Tensor> tensors =
        List.of(
            Tensor.of("weight", List.of(2L, 3L), new float[] {1, 2, 3, 4, 5, 6}),
            Tensor.of("scalar", List.of(), new float[] {-0.0f}),
            Tensor.of("empty", List.of(0L, 7L), new float[0]),
            Tensor.of("größe", List.of(2L), new float[] {Float.NaN, Float.NEGATIVE_INFINITY}));
    SafetensorsWriter.writeAll(file, tensors, Map.of("b", "2", "a", "\"1\"\n"));

    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      assertThat(read.readAll()).isEqualTo(tensors);
      assertThat(read.tensors()).isEqualTo(tensors.stream().map(Tensor::spec).toList());
      assertThat(read.metadata()).containsExactly(Map.entry("a", "\"1\"\n"), Map.entry("b", "2"));
    }
  }

  @Test
  void tensorsInMemoryReadAsTheFileFromAnyPlaceOn() throws IOException {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 50; round++) {
      List<Tensor> tensors = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        int rows = random.nextInt(3);
        float[] values = new float[rows * random.nextInt(20_000)];
        for (int j = 0; j < values.length; j++) {
          values[j] = Float.intBitsToFloat(random.nextInt());
        }
        tensors.add(Tensor.of("t" + i, List.of((long) values.length), values));
      }
      Map<String, String> metadata = Map.of("round", Integer.toString(round));
      SafetensorsWriter.writeAll(file, tensors, metadata);
      byte[] whole = Files.readAllBytes(file);
      Content content = Content.of(tensors, metadata);
      int offset = random.nextInt(whole.length + 1);

      assertThat(content.bytes()).as("seed %d", seed).isEqualTo(whole.length);
      try (InputStream all = content.from(0);
          InputStream rest = content.from(offset)) {
        assertThat(all.readAllBytes()).as("seed %d", seed).isEqualTo(whole);
        assertThat(rest.readAllBytes())
            .as("seed %d, from %d on", seed, offset)
            .isEqualTo(Arrays.copyOfRange(whole, offset, whole.length));
      }
    }
  }

  @Test
  void readsIntoTensorsOfTheSameShapesOnly() {
    List<Tensor> tensors =
        List.of(
            Tensor.of("a", List.of(2L), new float[] {1, 2}),
            Tensor.of("b", List.of(1L), new float[] {3}));
    SafetensorsWriter.writeAll(file, tensors, Map.of());
    List<Tensor> same =
        List.of(
            Tensor.of("a", List.of(2L), new float[] {7, 8}),
            Tensor.of("b", List.of(1L), new float[] {9}));
    float[] untouched = {7, 8};
    List<Tensor> fewer = List.of(Tensor.of("a", List.of(2L), untouched));

    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      read.readAll(same);
      assertThatThrownBy(() -> read.readAll(fewer))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("perhaps you should");
    }
    assertThat(same).isEqualTo(tensors);
    assertThat(untouched).containsExactly(7, 8);
  }

  @Test
  void readsAFileWithoutTensors() {
    SafetensorsWriter.writeAll(file, List.of(), Map.of());

    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      assertThat(read.readAll()).isEmpty();
      assertThat(read.metadata()).isEmpty();
    }
  }

  @Test
  void writesTheBytesOfTheFormat() throws IOException {
    SafetensorsWriter.writeAll(
        file, List.of(Tensor.of("w", List.of(1L), new float[] {1})), Map.of("z", "1", "a", "2"));

    String header =
        "{\"__metadata__\":{\"a\":\"2\",\"z\":\"1\"},"
            + "\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} ";
    assertThat(header.length() % 8).isZero();
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes(header, new byte[] {0, 0, -128, 63}));
  }

  /**
   * The file was made with Python's safetensors 0.8.0 and NumPy: {@code save_file} of the five
   * arrays below, as float32 but for {@code scale}, with two metadata entries.
   */
  @Test
  void readsAFileOfTheReferenceLibrary() throws IOException {
    try (InputStream reference =
        Objects.requireNonNull(
            SafetensorsTest.class.getResourceAsStream("/safetensors/reference.safetensors"))) {
      Files.copy(reference, file);
    }

    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      assertThat(read.metadata())
          .containsExactly(Map.entry("format", "np"), Map.entry("made by", "safetensors"));
      assertThat(read.tensors())
          .containsExactly(
              new TensorSpec("scale", DType.F64, List.of()),
              new TensorSpec("dense.bias", DType.F32, List.of(3L)),
              new TensorSpec("dense.weight", DType.F32, List.of(2L, 3L)),
              new TensorSpec("empty", DType.F32, List.of(0L, 4L)),
              new TensorSpec("größe", DType.F32, List.of(1L, 2L)));
      double[] scale = new double[1];
      read.read(0, 0, scale, 0, 1);
      assertThat(scale).containsExactly(0.1);
      assertThat(floats(read, 1)).containsExactly(-1.5f, Float.NaN, Float.POSITIVE_INFINITY);
      assertThat(floats(read, 2)).containsExactly(0, 0.125f, 0.25f, 0.375f, 0.5f, 0.625f);
      assertThat(floats(read, 3)).isEmpty();
      assertThat(floats(read, 4)).containsExactly(Float.MIN_VALUE, -0.0f);
    }
  }

  @Test
  void acceptsTensorsInAnyOrderOfTheHeader() throws IOException {
    String header =
        "{\"b\":{\"shape\":[1],\"data_offsets\":[4,8],\"dtype\":\"F32\"},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
    Files.write(file, bytes(header, new byte[] {0, 0, -128, 63, 0, 0, 0, 64}));

    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      assertThat(read.readAll())
          .containsExactly(
              Tensor.of("a", List.of(1L), new float[] {1}),
              Tensor.of("b", List.of(1L), new float[] {2}));
    }
  }

  @Test
  void writesAnyPieceInAnyOrderFromManyThreads() throws IOException {
    int count = 300_001;
    int piece = 70_000;
    float[] floats = new float[count];
    double[] doubles = new double[count];
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < count; i++) {
      floats[i] = (float) random.nextDouble();
      doubles[i] = random.nextDouble();
    }
    List<TensorSpec> specs =
        List.of(
            new TensorSpec("f", DType.F32, List.of((long) count)),
            new TensorSpec("d", DType.F64, List.of((long) count)));
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, specs, Map.of())) {
      IntStream.rangeClosed(0, count / piece)
          .map(i -> count / piece - i)
          .parallel()
          .forEach(
              i -> {
                int n = Math.min(piece, count - i * piece);
                writer.write(0, (long) i * piece, floats, i * piece, n);
                writer.write(1, (long) i * piece, doubles, i * piece, n);
              });
    }

    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      float[] f = new float[count + 2];
      double[] d = new double[count];
      read.read(0, 0, f, 2, count);
      IntStream.rangeClosed(0, count / piece)
          .parallel()
          .forEach(
              i -> {
                int n = Math.min(piece, count - i * piece);
                read.read(1, (long) i * piece, d, i * piece, n);
              });
      assertThat(f).startsWith(0, 0).endsWith(floats);
      assertThat(d).isEqualTo(doubles);
    }
  }

  @Test
  void fillsWhatIsNeverWrittenWithZeros() {
    TensorSpec spec = new TensorSpec("w", DType.F32, List.of(1000L));
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, List.of(spec), Map.of())) {
      writer.write(0, 500, new float[] {1}, 0, 1);
    }

    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      assertThat(floats(read, 0)).hasSize(1000).contains(1, atIndex(500));
    }
  }

  @Test
  void reachesElementsBeyondTwoToThe31() {
    long elements = (1L << 31) + 10;
    List<TensorSpec> specs =
        List.of(
            new TensorSpec("large", DType.F32, List.of(2L, elements / 2)),
            new TensorSpec("last", DType.F64, List.of(1L)));
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, specs, Map.of())) {
      writer.write(0, elements - 2, new float[] {3, 4}, 0, 2);
      writer.write(1, 0, new double[] {5}, 0, 1);
    }

    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      float[] tail = new float[3];
      double[] last = new double[1];
      read.read(0, elements - 3, tail, 0, 3);
      read.read(1, 0, last, 0, 1);
      assertThat(tail).containsExactly(0, 3, 4);
      assertThat(last).containsExactly(5);
      assertThatThrownBy(read::readAll)
          .isInstanceOf(MalformedSafetensorsException.class)
          .hasMessageContaining("'large'");
    }
  }

  @Test
  void refusesElementsThatAreNotThere() {
    SafetensorsWriter.writeAll(
        file, List.of(Tensor.of("w", List.of(2L), new float[] {1, 2})), Map.of());

    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      assertThatThrownBy(() -> read.read(0, 1, new float[2], 0, 2))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> read.read(0, -1, new float[2], 0, 1))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> read.read(0, 0, new float[1], 0, 2))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> read.read(0, 0, new double[2], 0, 2))
          .withMessageContaining("'w' is F32");
    }
  }

  @Test
  void refusesTwoTensorsOfOneName() {
    TensorSpec spec = new TensorSpec("w", DType.F32, List.of());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> SafetensorsWriter.create(file, List.of(spec, spec), Map.of()))
        .withMessageContaining("'w'");
    assertThat(file).doesNotExist();
  }

  @Test
  void refusesMoreThanAnyFileHolds() {
    TensorSpec half = new TensorSpec("a", DType.F32, List.of(1L << 60));
    TensorSpec other = new TensorSpec("b", DType.F32, List.of(1L << 60));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> SafetensorsWriter.create(file, List.of(half, other), Map.of()))
        .withMessageContaining("larger than any file");
    assertThat(file).doesNotExist();
  }

  @Test
  void tellsWhichFileIsMissing() {
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isExactlyInstanceOf(StorageException.class)
        .hasMessageContaining("NoSuchFile");
  }

  private static float[] floats(SafetensorsFile file, int tensor) {
    float[] values = new float[(int) file.tensors().get(tensor).elements()];
    file.read(tensor, 0, values, 0, values.length);
    return values;
  }

  private static byte[] bytes(String header, byte[] data) {
    return SafetensorsBytes.of(header, data);
  }
}
