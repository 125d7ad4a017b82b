package io.roundhouse.policy;

import static java.util.Objects.requireNonNull;

import io.roundhouse.spec.Section;
import java.time.Duration;
import java.util.Optional;

/**
 * What one task may take at most.
 *
 * @param examples rows to train on times epochs
 * @param time from its start to its end, not counting that it waits for a slot
 * @param memory of a program and its children together, bytes
 * @param disk what a program may write, bytes
 * @param output what a program may print, bytes
 */
public record Limits(
    Optional<Long> examples,
    Optional<Duration> time,
    Optional<Long> memory,
    long disk,
    long output) {
  /** Those of a policy that sets none. */
  public static final Limits DEFAULT =
      new Limits(Optional.empty(), Optional.empty(), Optional.empty(), 10L << 30, 16L << 20);

  private static final Duration LONGEST = Duration.ofDays(365);

  public Limits {
    requireNonNull(examples, "examples is null");
    requireNonNull(time, "time is null");
    requireNonNull(memory, "memory is null");
  }

  static Limits read(Section limits) {
    Duration time = limits.duration("time", LONGEST, Duration.ofMillis(100), LONGEST);
    return new Limits(
        limits.has("examples")
            ? Optional.of(limits.wholeNumber("examples", 1, 1, Long.MAX_VALUE))
            : absent(limits, "examples"),
        limits.has("time") ? Optional.of(time) : Optional.empty(),
        Bytes.read(limits, "memory"),
        Bytes.read(limits, "disk").orElse(DEFAULT.disk),
        Bytes.read(limits, "output").orElse(DEFAULT.output));
  }

  private static Optional<Long> absent(Section limits, String key) {
    limits.ignore(key);
    return Optional.empty();
  }
}
