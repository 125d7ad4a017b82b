package io.roundhouse.domain;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * SHA-256 of an artifact's bytes (FIPS 180-4).
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Digest(@JsonValue String hex) {
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  /**
   * @throws IllegalArgumentException if {@code hex} is not 64 lower-case hexadecimal digits
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Digest {
    requireNonNull(hex, "hex is null");
    if (!HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          "not a SHA-256 digest (64 lower-case hexadecimal digits): " + Text.quote(hex));
    }
  }

  /** The digest whose 32 bytes are given, as {@link java.security.MessageDigest} returns them. */
  public static Digest of(byte[] sha256) {
    return new Digest(HexFormat.of().formatHex(sha256));
  }

  /** The first 12 digits: enough for a person to tell two artifacts apart. */
  public String abbreviated() {
    return hex.substring(0, 12);
  }

  @Override
  public String toString() {
    return hex;
  }
}
