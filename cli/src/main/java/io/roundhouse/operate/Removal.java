package io.roundhouse.operate;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.JobId;
import java.util.List;
import java.util.Optional;

/**
 * What a deletion has done.
 *
 * @param job whose
 * @param terminated whether the job was running
 * @param objects how many there were in the store; empty if the store was not reached
 * @param workflows how many executions of the job and its rounds were deleted from Temporal
 * @param left what could not be done, and what to do about it
 */
record Removal(
    JobId job, boolean terminated, Optional<Integer> objects, int workflows, List<String> left) {
  Removal {
    requireNonNull(job, "job is null");
    requireNonNull(objects, "objects is null");
    left = List.copyOf(left);
  }
}
