package io.roundhouse.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How numbers and times are written for people, the same in every locale. */
final class Numbers {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final String[] BYTE_UNITS = {"kB", "MB", "GB", "TB", "PB", "EB"};

  private Numbers() {}

  /** A share of 1, {@code 94.21%}. */
  static String percent(double share) {
    return percent(share, 2);
  }

  static String percent(double share, int decimals) {
    return fixed(share * 100, decimals) + (Double.isFinite(share) ? "%" : "");
  }

  /** Four significant digits, or {@code NaN} and {@code Infinity} as they are. */
  static String decimal(double value) {
    double size = Math.abs(value);
    if (size == 0 || !Double.isFinite(value)) {
      return value == 0 ? "0" : Double.toString(value);
    }
    if (size < 1e-4 || size >= 1e6) {
      return String.format(Locale.ROOT, "%.3e", value);
    }
    return fixed(value, Math.max(0, Math.min(6, 3 - (int) Math.floor(Math.log10(size)))));
  }

  static String fixed(double value, int decimals) {
    return Double.isFinite(value)
        ? BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString()
        : Double.toString(value);
  }

  /** At most one decimal, {@code 7.7}, {@code 8}. */
  static String mean(double value) {
    String text = fixed(value, 1);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  /** {@code 2,000}. */
  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** {@code 1 round}, {@code 2,000 rounds}. */
  static String count(long value, String noun) {
    return count(value) + " " + noun + (value == 1 ? "" : "s");
  }

  /** {@code 320 ms}, {@code 4.25 s}, {@code 12 min 04 s}, {@code 3 h 20 min}, {@code 2 d 4 h}. */
  static String seconds(double seconds) {
    if (!Double.isFinite(seconds)) {
      return Double.toString(seconds);
    }
    if (seconds < 0.9995) {
      return fixed(seconds * 1000, seconds < 0.00995 && seconds > 0 ? 1 : 0) + " ms";
    }
    if (seconds < 59.95) {
      return fixed(seconds, seconds < 9.995 ? 2 : 1) + " s";
    }
    long whole = Math.round(seconds);
    if (whole < 3600) {
      return String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60);
    }
    return whole < 86_400
        ? String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole % 3600 / 60)
        : String.format(Locale.ROOT, "%d d %d h", whole / 86_400, whole % 86_400 / 3600);
  }

  /** Decimal units, {@code 12.4 MB}. */
  static String bytes(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    double value = bytes / 1000.0;
    int unit = 0;
    while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return fixed(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0) + " " + BYTE_UNITS[unit];
  }

  /** {@code 2026-11-22 08:30:00 UTC}. */
  static String time(long epochMillis) {
    return TIME.format(Instant.ofEpochMilli(epochMillis));
  }
}
