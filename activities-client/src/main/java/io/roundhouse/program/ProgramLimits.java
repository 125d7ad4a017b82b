package io.roundhouse.program;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * When a program is ended before its time.
 *
 * @param silence longest time without a sign of life; before the first one at least a minute
 * @param time longest time in all
 * @param memory of all its processes together, bytes
 * @param disk what it may write, bytes; also the size of its largest file
 * @param output what it may print, bytes
 */
record ProgramLimits(
    Duration silence, Optional<Duration> time, Optional<Long> memory, long disk, long output) {
  ProgramLimits {
    requireNonNull(silence, "silence is null");
    requireNonNull(time, "time is null");
    requireNonNull(memory, "memory is null");
  }
}
