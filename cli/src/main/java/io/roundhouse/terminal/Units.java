package io.roundhouse.terminal;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Numbers as people read them. */
public final class Units {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
          .withZone(ZoneId.systemDefault());

  private Units() {}

  /** {@code 154 KB}: powers of 1,000, three digits. */
  public static String bytes(long bytes) {
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
  public static String count(long count) {
    return format("%,d", count);
  }

  /** {@code 2026-11-24 18:40:05}, where the user lives. */
  public static String time(Instant instant) {
    return TIME.format(instant);
  }

  /** {@link String#format} that does not depend on where the user lives. */
  public static String format(String pattern, Object... arguments) {
    return String.format(Locale.ROOT, pattern, arguments);
  }
}
