package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.JobId;
import java.util.Map;
import java.util.Optional;

/**
 * Reading of where a job was from the manifests in the store.
 *
 * @param job the job
 * @param run id of the workflow execution chain that owns the folder from now on
 * @param spec the spec that the job was started with
 * @param round the round to go back to; the newest complete one if absent
 */
public record RecoverTask(
    JobId job, String run, Map<String, Object> spec, Optional<Integer> round) {
  public RecoverTask {
    requireNonNull(job, "job is null");
    requireNonNull(run, "run is null");
    requireNonNull(spec, "spec is null");
    requireNonNull(round, "round is null");
  }
}
