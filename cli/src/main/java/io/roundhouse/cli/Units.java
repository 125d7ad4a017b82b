package io.roundhouse.cli;

import java.util.Locale;

/** Numbers as people read them. */
final class Units {
  private Units() {}

  /** {@code 154 KB}: powers of 1,000, three digits. */
  static String bytes(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    double value = bytes;
    int unit = -1;
    while (value >= 999.5) {
      value /= 1000;
      unit++;
    }
    String number = value < 9.95 ? format("%.1f", value) : format("%.0f", value);
    return number + " " + "KMGTPE".charAt(unit) + "B";
  }

  /** {@code 1,437}. */
  static String count(long count) {
    return format("%,d", count);
  }

  /** {@link String#format} that does not depend on where the user lives. */
  static String format(String pattern, Object... arguments) {
    return String.format(Locale.ROOT, pattern, arguments);
  }
}
