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

  @Override
  public String toString() {
    String place = path.replaceAll("\\p{Cntrl}", "?");
    if (place.length() > LONGEST) {
      place = place.substring(0, LONGEST) + "…";
    }
    return place.isEmpty() ? message : place + ": " + message;
  }
}
