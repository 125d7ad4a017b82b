package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * A line of log of a job.
 *
 * @param at microseconds since 1970
 * @param level such as {@code INFO}
 * @param round which it is about, if it is about one
 * @param text what it says, in one line
 */
public record LogLine(long at, String level, Optional<Integer> round, String text) {
  public LogLine {
    requireNonNull(level, "level is null");
    requireNonNull(round, "round is null");
    requireNonNull(text, "text is null");
  }
}
