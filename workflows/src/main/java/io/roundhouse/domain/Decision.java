package io.roundhouse.domain;

import static java.util.Objects.requireNonNull;

/**
 * Something that a person, or the job by its spec, decided about a running job.
 *
 * @param at milliseconds since the epoch
 * @param round the last finished round at that time
 * @param by who
 * @param text what, in words
 */
public record Decision(long at, int round, String by, String text) {
  /** Who decides by the spec alone. */
  public static final String BY_THE_JOB = "the job";

  public Decision {
    requireNonNull(by, "by is null");
    requireNonNull(text, "text is null");
  }
}
