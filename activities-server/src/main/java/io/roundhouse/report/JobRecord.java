package io.roundhouse.report;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.RoundManifest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that is known about a job.
 *
 * @param job the job
 * @param spec the spec as it was given
 * @param versions what ran it, by name
 * @param rounds the finished rounds in order, round 0 first
 * @param result how it ended; empty while it runs
 */
public record JobRecord(
    JobId job,
    Map<String, Object> spec,
    Map<String, Object> versions,
    List<RoundManifest> rounds,
    Optional<JobResult> result) {
  public JobRecord {
    requireNonNull(job, "job is null");
    spec = Collections.unmodifiableMap(new LinkedHashMap<>(spec));
    versions = Collections.unmodifiableMap(new LinkedHashMap<>(versions));
    rounds = List.copyOf(rounds);
    requireNonNull(result, "result is null");
  }
}
