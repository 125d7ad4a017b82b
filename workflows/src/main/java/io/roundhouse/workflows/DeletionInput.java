package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.JobId;
import java.time.Duration;

/**
 * What a {@link JobDeletion} is started with.
 *
 * @param job whose artifacts
 * @param after how long sites may still upload what they were at when the job was terminated
 */
public record DeletionInput(JobId job, Duration after) {
  public DeletionInput {
    requireNonNull(job, "job is null");
    requireNonNull(after, "after is null");
  }
}
