package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.JobId;

/**
 * Which lines of log are asked for.
 *
 * @param job whose
 * @param lines at most so many, the newest, 1 to 1,000
 * @param after microseconds since 1970; only what is newer
 */
public record LogTask(JobId job, int lines, long after) {
  /** The most lines that one answer has. */
  public static final int MOST_LINES = 1_000;

  /**
   * @throws IllegalArgumentException if the number of lines is out of range
   */
  public LogTask {
    requireNonNull(job, "job is null");
    if (lines < 1 || lines > MOST_LINES) {
      throw new IllegalArgumentException("from 1 to " + MOST_LINES + " lines, not " + lines);
    }
  }
}
