package io.roundhouse.spec;

import static java.util.Objects.requireNonNull;

/**
 * One mistake in a spec.
 *
 * @param path where, as dotted keys: {@code rounds.quorum}; empty for the whole document
 * @param message what is wrong and, where it can be told, what to do
 */
public record Problem(String path, String message) {
  private static final int LONGEST = 200;

  public Problem {
    requireNonNull(path, "path is null");
    requireNonNull(message, "message is null");
  }

  /**
   * The path of a key in a mapping. A key with a dot is quoted, so that it is not taken for two.
   *
   * @param mapping the mapping's own path; empty for the document
   * @param key empty for the mapping itself
   */
  public static String path(String mapping, String key) {
    String last = key.indexOf('.') < 0 ? key : '"' + key + '"';
    return mapping.isEmpty() || key.isEmpty() ? mapping + last : mapping + "." + last;
  }

  @Override
  public String toString() {
    String place = path.replaceAll("\\p{Cntrl}", "?");
    if (place.length() > LONGEST) {
      place = place.substring(0, LONGEST) + "…";
    }
    return place.isEmpty() ? message : place + ": " + message;
  }
}
