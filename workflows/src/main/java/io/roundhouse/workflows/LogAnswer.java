package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * What a site or a server gives of its log.
 *
 * @param from the name of the site or server
 * @param lines the oldest first
 * @param withheld why there are none, if its owner keeps them or it does not answer
 */
public record LogAnswer(String from, List<LogLine> lines, Optional<String> withheld) {
  public LogAnswer {
    requireNonNull(from, "from is null");
    requireNonNull(withheld, "withheld is null");
    lines = List.copyOf(lines);
  }

  /** None, and why. */
  public static LogAnswer withheld(String from, String why) {
    return new LogAnswer(from, List.of(), Optional.of(why));
  }
}
