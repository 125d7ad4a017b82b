package io.roundhouse.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Safetensors files drawn from a seed: some put together part by part with now and then a wrong
 * one, some made from a fine file by changing its bytes.
 */
final class RandomSafetensors {
  private static final byte[] TELLING = "\"{}[],:0123456789-eE.\\ \n\0_".getBytes(UTF_8);
  private static final List<String> ODD =
      List.of(
          "",
          "null",
          "true",
          "NaN",
          "-1",
          "1.5",
          "1e9",
          "[]",
          "{}",
          "\"\"",
          "\"F32\"",
          "[[0]]",
          "9223372036854775807",
          "18446744073709551616",
          "[0,4]",
          "{\"w\":{}}",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"../w\"",
          "\"__metadata__\"",
          "[4294967296,4294967296]",
          "//",
          "\u00ff");

  private final SplittableRandom random;
  private final byte[] fine;

  /**
   * @param fine a file without a fault
   */
  RandomSafetensors(long seed, byte[] fine) {
    this.random = new SplittableRandom(seed);
    this.fine = fine.clone();
  }

  /** The file. */
  byte[] bytes() {
    int kind = random.nextInt(200);
    return kind == 0 ? large() : kind < 100 ? assembled() : mutated();
  }

  private byte[] assembled() {
    double wrong = random.nextInt(3) * 0.02;
    StringBuilder header = new StringBuilder("{");
    int tensors = random.nextInt(5);
    if (random.nextInt(3) == 0) {
      header.append("\"__metadata__\":").append(value(wrong, "{\"format\":\"pt\"}"));
      header.append(tensors == 0 ? "" : ",");
    }
    int end = 0;
    for (int tensor = 0; tensor < tensors; tensor++) {
      int rows = random.nextInt(4);
      boolean isDouble = random.nextInt(4) == 0;
      int begin = end;
      end += rows * 3 * (isDouble ? Double.BYTES : Float.BYTES);
      header.append(tensor == 0 ? "" : value(wrong, ","));
      header.append(value(wrong, "\"t" + (random.nextDouble() < wrong ? 0 : tensor) + "\""));
      header.append(":{\"dtype\":").append(value(wrong, isDouble ? "\"F64\"" : "\"F32\""));
      header.append(",\"shape\":").append(value(wrong, "[" + value(wrong, rows + "") + ",3]"));
      header.append(",\"data_offsets\":");
      header.append(
          value(wrong, "[" + value(wrong, begin + "") + "," + value(wrong, end + "") + "]"));
      header.append(value(wrong, "}"));
    }
    header.append(value(wrong, "}")).append(" ".repeat(random.nextInt(8)));
    int more = random.nextDouble() < wrong ? random.nextInt(-4, 5) : 0;
    byte[] file =
        SafetensorsBytes.of(header.toString().getBytes(UTF_8), new byte[Math.max(0, end + more)]);
    if (random.nextDouble() < wrong) {
      putLength(file, random.nextBoolean() ? random.nextLong() : random.nextInt(file.length));
    }
    return file;
  }

  private String value(double wrong, String right) {
    return random.nextDouble() < wrong ? ODD.get(random.nextInt(ODD.size())) : right;
  }

  private byte[] mutated() {
    byte[] mutant = fine.clone();
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      int at = random.nextInt(mutant.length);
      switch (random.nextInt(7)) {
        case 0 -> mutant[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> mutant[at] = TELLING[random.nextInt(TELLING.length)];
        case 2 -> mutant[random.nextInt(8)] = (byte) random.nextInt(256);
        case 3 -> mutant = Arrays.copyOf(mutant, random.nextInt(1, mutant.length + 8));
        case 4 -> mutant = copyRange(mutant, random.nextInt(mutant.length), at, random.nextInt(24));
        case 5 -> mutant = without(mutant, at, random.nextInt(1, 24));
        default -> mutant = with(mutant, at, ODD.get(random.nextInt(ODD.size())));
      }
      mutant = mutant.length < 8 ? Arrays.copyOf(mutant, 8) : mutant;
      int data = fine.length - 8 - (int) length(fine);
      if (random.nextBoolean() && mutant.length > 8 + data) {
        // Half of the mutants keep a header length that fits, to get past the first check.
        putLength(mutant, mutant.length - 8L - data);
      }
    }
    return mutant;
  }

  /** Much of one thing. */
  private byte[] large() {
    int times = 1 << random.nextInt(16);
    String header =
        switch (random.nextInt(6)) {
          case 0 -> "{\"w\":" + "[".repeat(times);
          case 1 -> "{\"w\":" + "{\"a\":".repeat(times);
          case 2 -> "{\"" + "w".repeat(times) + "\":{}}";
          case 3 -> "{\"w\":{\"dtype\":\"F32\",\"shape\":[" + "1".repeat(times) + "]}}";
          case 4 -> "{\"__metadata__\":{" + "\"a\":\"\",".repeat(times) + "}}";
          default -> "{" + "\"w\":{\"dtype\":\"F32\",".repeat(times);
        };
    return SafetensorsBytes.of(header.getBytes(ISO_8859_1), new byte[random.nextInt(9)]);
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

  private static byte[] with(byte[] bytes, int at, String text) {
    byte[] added = text.getBytes(UTF_8);
    byte[] result = Arrays.copyOf(bytes, bytes.length + added.length);
    System.arraycopy(added, 0, result, at, added.length);
    System.arraycopy(bytes, at, result, at + added.length, bytes.length - at);
    return result;
  }

  private static long length(byte[] file) {
    return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  private static void putLength(byte[] file, long length) {
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
  }
}
