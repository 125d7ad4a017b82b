package io.roundhouse.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MalformedSafetensorsTest {
  private static final String W = "\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}";

  /** Headers before four bytes of data; each is wrong in one way. */
  static List<Arguments> headers() {
    return List.of(
        header("nothing", ""),
        header("no tensor for the data", "{}"),
        header("an array", "[]"),
        header("a space before the object", " {" + W + "}"),
        header("an object that does not end", "{" + W),
        header("a second object", "{" + W + "}{}"),
        header("text after the object", "{" + W + "}x"),
        header("zeros after the object", "{" + W + "}\0"),
        header("a comma too many", "{" + W + ",}"),
        header("a tensor twice", "{" + W + "," + W + "}"),
        header("metadata twice", "{\"__metadata__\":{},\"__metadata__\":{}," + W + "}"),
        header("a metadata name twice", "{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}," + W + "}"),
        header("metadata that are text", "{\"__metadata__\":\"a\"," + W + "}"),
        header("a metadata value that is a number", "{\"__metadata__\":{\"a\":1}," + W + "}"),
        header("a metadata value that is null", "{\"__metadata__\":{\"a\":null}," + W + "}"),
        header("a tensor that is text", "{\"w\":\"F32\"}"),
        header("a tensor that is null", "{\"w\":null}"),
        header("a tensor without a name", "{" + W.replace("\"w\"", "\"\"") + "}"),
        header("a control character in a name", "{" + W.replace("w", "\\u0007") + "}"),
        header("half a character in a name", "{" + W.replace("w", "\\ud83d") + "}"),
        header("a name of 513 characters", "{" + W.replace("w", "w".repeat(513)) + "}"),
        header("a name of 100,000 characters", "{" + W.replace("w", "w".repeat(100_000)) + "}"),
        header("no dtype", "{\"w\":{\"shape\":[1],\"data_offsets\":[0,4]}}"),
        header("no shape", "{\"w\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}"),
        header("no offsets", "{\"w\":{\"dtype\":\"F32\",\"shape\":[1]}}"),
        header("an unknown key", "{" + W.replace("{", "{\"order\":\"C\",") + "}"),
        header("a key twice", "{" + W.replace("{", "{\"dtype\":\"F32\",") + "}"),
        header("half floats", "{" + W.replace("F32", "F16") + "}"),
        header("an unknown dtype", "{" + W.replace("F32", "f32") + "}"),
        header("a dtype that is a number", "{" + W.replace("\"F32\"", "32") + "}"),
        header("a negative dimension", "{" + W.replace("[1]", "[-1]") + "}"),
        header("two negative dimensions", "{" + W.replace("[1]", "[-1,-1]") + "}"),
        header("a fraction of a dimension", "{" + W.replace("[1]", "[1.0]") + "}"),
        header("a dimension that is text", "{" + W.replace("[1]", "[\"1\"]") + "}"),
        header("a nested shape", "{" + W.replace("[1]", "[[1]]") + "}"),
        header("a dimension beyond a long", "{" + W.replace("[1]", "[9223372036854775808]") + "}"),
        header("a dimension of 100 digits", "{" + W.replace("[1]", "[1" + "0".repeat(99)) + "]}"),
        header("elements beyond a long", "{" + W.replace("[1]", "[4294967296,4294967296]") + "}"),
        header("bytes beyond a long", "{" + W.replace("[1]", "[4611686018427387905]") + "}"),
        header("33 dimensions", "{" + W.replace("[1]", "[1" + ",1".repeat(32) + "]") + "}"),
        header("a shape of another size", "{" + W.replace("[1]", "[2]") + "}"),
        header("one offset", "{" + W.replace("[0,4]", "[0]") + "}"),
        header("three offsets", "{" + W.replace("[0,4]", "[0,4,4]") + "}"),
        header("a negative offset", "{" + W.replace("[0,4]", "[-4,0]") + "}"),
        header("offsets the wrong way round", "{" + W.replace("[0,4]", "[4,0]") + "}"),
        header("an offset beyond the file", "{" + W.replace("[0,4]", "[0,8]") + "}"),
        header("a gap before the data", "{" + W.replace("[0,4]", "[4,8]") + "}"),
        header(
            "bytes after the last tensor", "{" + W.replace("4]", "0]").replace("[1]", "[0]") + "}"),
        header("two tensors on the same data", "{" + W + "," + W.replace("w", "v") + "}"),
        header("an overlap", "{" + W + "," + W.replace("w", "v").replace("[0,4]", "[2,6]") + "}"),
        header("deep nesting", "{\"w\":" + "{\"a\":".repeat(50_000) + "1" + "}".repeat(50_001)),
        header("UTF-16", ("{" + W + "}").getBytes(UTF_16LE)),
        header("Latin-1", ("{" + W.replace("w", "ü") + "}").getBytes(ISO_8859_1)),
        header("a byte order mark", "\uFEFF{" + W + "}"),
        header("a comment", "{/* */" + W + "}"),
        header("single quotes", ("{" + W + "}").replace('"', '\'')),
        header("too many tensors", manyTensors(100_001)),
        header("too much metadata", "{\"__metadata__\":{" + manyEntries(10_001) + "}," + W + "}"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("headers")
  void refuses(String what, byte[] header, @TempDir Path folder) throws IOException {
    Path file = folder.resolve("malformed");
    Files.write(file, SafetensorsBytes.of(header, new byte[4]));

    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .as(what)
        .isInstanceOf(MalformedSafetensorsException.class)
        .hasMessageContaining("perhaps you should");
  }

  @Test
  void acceptsTheHeaderThatTheOthersDepartFrom(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("fine");
    Files.write(file, SafetensorsBytes.of("{" + W + "}  \n ", new byte[4]));

    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      assertThat(read.readAll()).containsExactly(Tensor.of("w", List.of(1L), new float[1]));
    }
  }

  static List<Arguments> files() {
    return List.of(
        Arguments.of("an empty file", new byte[0]),
        Arguments.of("seven bytes", new byte[7]),
        Arguments.of("an empty header", new byte[8]),
        Arguments.of("a header longer than the file", length(1_000, 999)),
        Arguments.of("a header of more than 100 MB", length(100_000_001, 1_000)),
        Arguments.of("a header of 2^31 bytes", length(1L << 31, 1_000)),
        Arguments.of("a header of 2^32 bytes", length(1L << 32, 1_000)),
        Arguments.of("a header of 2^63 - 1 bytes", length(Long.MAX_VALUE, 1_000)),
        Arguments.of("a header of 2^64 - 1 bytes", length(-1, 1_000)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void refusesFile(String what, byte[] bytes, @TempDir Path folder) throws IOException {
    Path file = folder.resolve("malformed");
    Files.write(file, bytes);

    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .as(what)
        .isInstanceOf(MalformedSafetensorsException.class);
  }

  @Test
  void noticesThatTheFileWasCutAfterItWasOpened(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("cut");
    byte[] whole = SafetensorsBytes.of("{" + W + "}", new byte[4]);
    Files.write(file, whole);

    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      Files.write(file, Arrays.copyOf(whole, whole.length - 1));
      assertThatThrownBy(() -> read.read(0, 0, new float[1], 0, 1))
          .isInstanceOf(MalformedSafetensorsException.class);
    }
  }

  /**
   * Whatever happens to a file's bytes: it is read in bounds, or refused with the one exception.
   */
  @Test
  void survivesMutations(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("mutant");
    SafetensorsWriter.writeAll(
        file,
        List.of(
            Tensor.of("dense.weight", List.of(2L, 3L), new float[] {1, 2, 3, 4, 5, 6}),
            Tensor.of("dense.bias", List.of(3L), new float[3])),
        Map.of("format", "pt"));
    byte[] original = Files.readAllBytes(file);
    int refused = 0;
    for (int seed = 0; seed < 5_000; seed++) {
      byte[] mutant = mutate(original, new SplittableRandom(seed));
      Files.write(file, mutant);
      try (SafetensorsFile read = SafetensorsFile.open(file)) {
        read.readAll();
      } catch (MalformedSafetensorsException e) {
        refused++;
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + new String(mutant, ISO_8859_1), e);
      }
    }
    assertThat(refused).isBetween(1_000, 4_999);
  }

  private static byte[] mutate(byte[] original, SplittableRandom random) {
    byte[] mutant = original.clone();
    byte[] telling = "\"{}[],:0123456789-eE.\\ \n\0_".getBytes(UTF_8);
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      int at = random.nextInt(mutant.length);
      switch (random.nextInt(6)) {
        case 0 -> mutant[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> mutant[at] = telling[random.nextInt(telling.length)];
        case 2 -> mutant[random.nextInt(8)] = (byte) random.nextInt(256);
        case 3 -> mutant = Arrays.copyOf(mutant, random.nextInt(1, mutant.length + 8));
        case 4 -> mutant = copyRange(mutant, random.nextInt(mutant.length), at, random.nextInt(24));
        default -> mutant = without(mutant, at, random.nextInt(1, 24));
      }
      mutant = mutant.length < 8 ? Arrays.copyOf(mutant, 8) : mutant;
      if (random.nextBoolean() && mutant.length > 72) {
        // Half of the mutants keep a header length that fits, to get past the first check.
        ByteBuffer.wrap(mutant).order(ByteOrder.LITTLE_ENDIAN).putLong(mutant.length - 8L - 36);
      }
    }
    return mutant;
  }

  private static byte[] copyRange(byte[] bytes, int from, int to, int wanted) {
    int count = Math.min(wanted, bytes.length - Math.max(from, to));
    byte[] result = bytes.clone();
    System.arraycopy(bytes, from, result, to, count);
    return result;
  }

  private static byte[] without(byte[] bytes, int at, int wanted) {
    int end = Math.min(bytes.length, at + wanted);
    byte[] result = Arrays.copyOf(bytes, bytes.length - (end - at));
    System.arraycopy(bytes, end, result, at, bytes.length - end);
    return result;
  }

  private static byte[] length(long header, int size) {
    return Arrays.copyOf(
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header).array(), size);
  }

  private static String manyTensors(int count) {
    StringBuilder header = new StringBuilder("{").append(W);
    for (int i = 1; i < count; i++) {
      header.append(",\"").append(i);
      header.append("\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}");
    }
    return header.append("}").toString();
  }

  private static String manyEntries(int count) {
    StringBuilder entries = new StringBuilder("\"0\":\"\"");
    for (int i = 1; i < count; i++) {
      entries.append(",\"").append(i).append("\":\"\"");
    }
    return entries.toString();
  }

  private static Arguments header(String what, String header) {
    return header(what, header.getBytes(UTF_8));
  }

  private static Arguments header(String what, byte[] header) {
    return Arguments.of(what, header);
  }
}
