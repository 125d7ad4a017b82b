package io.roundhouse.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The keys that task tokens are sealed with, the same at all gateways of a federation, now and
 * after a restart: without them, running tasks cannot report. Never shown.
 */
public final class SealingKeys {
  private static final int BYTES = 32;

  private final List<byte[]> keys;

  private SealingKeys(List<byte[]> keys) {
    this.keys = keys;
  }

  /**
   * Keys of 32 bytes.
   *
   * @param keys the first seals; those after it still open what they have sealed
   * @throws IllegalArgumentException if there is none, or one has another length
   */
  public static SealingKeys of(List<byte[]> keys) {
    if (keys.isEmpty() || keys.stream().anyMatch(key -> key.length != BYTES)) {
      throw new IllegalArgumentException("a sealing key has 32 bytes, and there is one at least");
    }
    return new SealingKeys(keys.stream().map(byte[]::clone).toList());
  }

  /** A new key, for gateways that end together. */
  public static SealingKeys random() {
    byte[] key = new byte[BYTES];
    new SecureRandom().nextBytes(key);
    return of(List.of(key));
  }

  /**
   * Reads a file with one key in base64 a line, the one in use first.
   *
   * @throws GatewayException if it has another form
   */
  public static SealingKeys read(Path file) {
    try {
      return of(
          Files.readString(file, US_ASCII)
              .lines()
              .map(String::strip)
              .filter(line -> !line.isEmpty())
              .map(Base64.getDecoder()::decode)
              .toList());
    } catch (IOException | IllegalArgumentException e) {
      throw new GatewayException(
          file
              + " cannot be read as sealing keys, perhaps you should put 32 random bytes in base64"
              + " there: openssl rand -base64 32",
          e);
    }
  }

  /** Copies, the one in use first. */
  List<byte[]> all() {
    return keys.stream().map(key -> Arrays.copyOf(key, BYTES)).toList();
  }

  @Override
  public String toString() {
    return "SealingKeys[" + keys.size() + "]";
  }
}
