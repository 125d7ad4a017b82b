package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.SiteName;
import java.util.List;
import java.util.Map;

/**
 * Opening of a job's folder.
 *
 * @param job the job
 * @param run id of the workflow execution chain that owns the folder
 * @param spec the spec as it was given
 * @param sites the job's sites
 */
public record OpenTask(JobId job, String run, Map<String, Object> spec, List<SiteName> sites) {
  public OpenTask {
    requireNonNull(job, "job is null");
    requireNonNull(run, "run is null");
    requireNonNull(spec, "spec is null");
    sites = List.copyOf(sites);
  }
}
