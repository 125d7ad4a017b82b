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
        header("a name that climbs out of its folder", "{" + W.replace("w", "../../w") + "}"),
        header("a name that climbs out below", "{" + W.replace("w", "a/../../w") + "}"),
        header("a name that climbs with backslashes", "{" + W.replace("w", "..\\\\w") + "}"),
        header("a name from the root", "{" + W.replace("w", "/etc/passwd") + "}"),
        header("a zero in a name", "{" + W.replace("w", "w\\u0000.exe") + "}"),
        header("a line feed in a name", "{" + W.replace("w", "w\\nv") + "}"),
        header("a raw control character in a name", "{" + W.replace("w", "w\033[31m") + "}"),
        header("a name twice, once escaped", "{" + W + "," + W.replace("w", "\\u0077") + "}"),
        header(
            "a name that is metadata's, escaped", "{" + W.replace("w", "\\u005f_metadata__") + "}"),
        header("an escape that does not exist", "{" + W.replace("w", "\\x77") + "}"),
        header("a name that does not end", "{\"w:{}}"),
        header("a key without quotes", "{" + W.replace("\"w\"", "w") + "}"),
        header("brain floats", "{" + W.replace("F32", "BF16") + "}"),
        header("whole numbers", "{" + W.replace("F32", "I64") + "}"),
        header("an empty dtype", "{" + W.replace("F32", "") + "}"),
        header("a dtype that is null", "{" + W.replace("\"F32\"", "null") + "}"),
        header("a dtype of another size", "{" + W.replace("F32", "F64") + "}"),
        header("a dimension that is NaN", "{" + W.replace("[1]", "[NaN]") + "}"),
        header("a dimension that is infinite", "{" + W.replace("[1]", "[Infinity]") + "}"),
        header("a dimension with an exponent", "{" + W.replace("[1]", "[1e0]") + "}"),
        header("a dimension with a zero before it", "{" + W.replace("[1]", "[01]") + "}"),
        header("a dimension with a plus", "{" + W.replace("[1]", "[+1]") + "}"),
        header("a dimension that is null", "{" + W.replace("[1]", "[null]") + "}"),
        header("a dimension that is true", "{" + W.replace("[1]", "[true]") + "}"),
        header("a shape that is a number", "{" + W.replace("[1]", "1") + "}"),
        header("a shape that is a mapping", "{" + W.replace("[1]", "{\"0\":1}") + "}"),
        header("a shape that does not end", "{" + W.replace("[1]", "[1") + "}"),
        header("no elements in four bytes", "{" + W.replace("[1]", "[0]") + "}"),
        header(
            "no elements of a size beyond a long",
            "{" + W.replace("[1]", "[4294967296,4294967296,0]") + "}"),
        header("offsets that are fractions", "{" + W.replace("[0,4]", "[0.0,4.0]") + "}"),
        header("offsets beyond a long", "{" + W.replace("[0,4]", "[0,18446744073709551620]") + "}"),
        header("offsets that are texts", "{" + W.replace("[0,4]", "[\"0\",\"4\"]") + "}"),
        header("offsets that are null", "{" + W.replace("[0,4]", "null") + "}"),
        header("a hole between two tensors", "{" + empty("v", 0) + "," + empty("w", 4) + "}"),
        header("an offset of the whole file", "{" + W.replace("[0,4]", "[8,12]") + "}"),
        header(
            "the largest offsets",
            "{" + W.replace("[0,4]", "[9223372036854775803,9223372036854775807]") + "}"),
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
        header("an overlong zero", bytes("{" + W.replace("w", "\u00c0\u0080") + "}")),
        header("half of a UTF-8 character", bytes("{" + W.replace("w", "\u00c3") + "}")),
        header("a surrogate in UTF-8", bytes("{" + W.replace("w", "\u00ed\u00a0\u00bd") + "}")),
        header("a byte that is never UTF-8", bytes("{" + W.replace("w", "\u00ff") + "}")),
        header("deep nesting of lists", "{\"w\":" + "[".repeat(50_000) + "]".repeat(50_000) + "}"),
        header(
            "deep nesting in metadata",
            "{\"__metadata__\":" + "{\"a\":".repeat(9) + "1" + "}".repeat(10)),
        header("a megabyte of spaces and nothing else", " ".repeat(1 << 20)),
        header("a megabyte of one text", "{\"" + "w".repeat(1 << 20) + "\":1}"),
        header("a million digits", "{" + W.replace("[1]", "[" + "1".repeat(1_000_000) + "]") + "}"),
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
        Arguments.of("eight bytes of ones", length(-1, 8)),
        Arguments.of("a header of one byte", length(1, 9)),
        Arguments.of("a header that says one byte too few", said(-1)),
        Arguments.of("a header that says one byte too many", said(1)),
        Arguments.of("a header that takes the data", said(4)),
        Arguments.of("a header length in big-endian", bigEndian()),
        Arguments.of("half of the data", Arrays.copyOf(fine(), fine().length - 2)),
        Arguments.of("no data", Arrays.copyOf(fine(), fine().length - 4)),
        Arguments.of("bytes after the data", Arrays.copyOf(fine(), fine().length + 1)),
        Arguments.of("two files in one", twice(fine())),
        Arguments.of("a pickle", "\200\004}q\000X\001\000\000\000wq\001.".getBytes(ISO_8859_1)),
        Arguments.of("a ZIP file", Arrays.copyOf("PK\003\004".getBytes(ISO_8859_1), 100)),
        Arguments.of("a page of HTML", "<!DOCTYPE html><title>403</title>".getBytes(UTF_8)),
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

  private static byte[] fine() {
    return SafetensorsBytes.of("{" + W + "}", new byte[4]);
  }

  /** A file that says that its header is so many bytes longer than it is. */
  private static byte[] said(int more) {
    byte[] file = fine();
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(file.length - 12L + more);
    return file;
  }

  private static byte[] bigEndian() {
    byte[] file = fine();
    ByteBuffer.wrap(file).putLong(file.length - 12L);
    return file;
  }

  private static byte[] twice(byte[] file) {
    byte[] two = Arrays.copyOf(file, file.length * 2);
    System.arraycopy(file, 0, two, file.length, file.length);
    return two;
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

  private static String empty(String name, int at) {
    return W.replace("w", name).replace("[1]", "[0]").replace("[0,4]", "[" + at + "," + at + "]");
  }

  /** A byte for each character. */
  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  private static Arguments header(String what, String header) {
    return header(what, header.getBytes(UTF_8));
  }

  private static Arguments header(String what, byte[] header) {
    return Arguments.of(what, header);
  }
}
