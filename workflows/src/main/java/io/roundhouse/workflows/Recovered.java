package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What the store knows of a job.
 *
 * @param progress where it was; empty if not even its initial model was judged
 */
public record Recovered(Optional<JobProgress> progress) {
  public Recovered {
    requireNonNull(progress, "progress is null");
  }
}
