package io.roundhouse.domain;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How untrusted text is shown to people, and how near misses are found. */
public final class Text {
  private static final int LONGEST = 60;
  private static final Pattern UNPRINTABLE =
      Pattern.compile("[\\p{Cntrl}\\p{gc=Cc}\\p{gc=Cf}\\p{gc=Zl}\\p{gc=Zp}]");

  private Text() {}

  /**
   * The value in single quotes, cut after 60 characters; what moves a cursor, breaks a line or
   * turns the direction of writing is replaced.
   */
  public static String quote(String value) {
    String printable = UNPRINTABLE.matcher(value).replaceAll("?");
    return printable.length() <= LONGEST
        ? "'" + printable + "'"
        : "'" + printable.substring(0, LONGEST) + "…'";
  }

  /** {@code one, two or three}. */
  public static String choices(Collection<String> values) {
    String all = values.stream().collect(Collectors.joining(", "));
    int last = all.lastIndexOf(", ");
    return last < 0 ? all : all.substring(0, last) + " or " + all.substring(last + 2);
  }

  /** The candidate nearest to a mistyped word, if one is near enough to be what was meant. */
  public static Optional<String> nearest(String word, Collection<String> candidates) {
    int limit = Math.max(2, word.length() / 3);
    return candidates.stream()
        .filter(candidate -> distance(word, candidate) <= limit)
        .min(Comparator.comparingInt(candidate -> distance(word, candidate)));
  }

  /** Levenshtein distance, letter case ignored. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        boolean same =
            Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1));
        int next = Math.min(diagonal + (same ? 0 : 1), Math.min(row[j], row[j - 1]) + 1);
        diagonal = row[j];
        row[j] = next;
      }
    }
    return row[b.length()];
  }
}
