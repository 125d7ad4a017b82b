package io.roundhouse.terminal;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Pattern;

/** Times as people think of them: how long ago. */
public final class Ago {
  private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC");
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT);

  private Ago() {}

  /** {@code 12 min ago}; whole units, cut. */
  public static String of(Instant time, Instant now) {
    long seconds = Math.max(0, Duration.between(time, now).toSeconds());
    if (seconds < 60) {
      return seconds + " s ago";
    }
    long minutes = seconds / 60;
    if (minutes < 60) {
      return minutes + " min ago";
    }
    long hours = minutes / 60;
    return hours < 48 ? hours + " h ago" : hours / 24 + " days ago";
  }

  /** A job's message, with how long ago in place of the times in it, which are in UTC. */
  public static String inWords(String message, Instant now) {
    return TIME.matcher(message).replaceAll(found -> minutes(found.group(), now));
  }

  private static String minutes(String time, Instant now) {
    try {
      Instant then = LocalDateTime.parse(time, FORMAT).toInstant(ZoneOffset.UTC);
      return Duration.between(then, now).toMinutes() < 1 ? "just now" : of(then, now);
    } catch (DateTimeParseException notATime) {
      return time;
    }
  }
}
