package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a {@link FederatedJob} is started with.
 *
 * @param spec the job spec, as the tree that its YAML or JSON stands for; checked by the workflow
 * @param sites names of the job's sites
 * @param progress where an earlier run of the same job left off
 */
public record JobInput(
    Map<String, Object> spec, List<String> sites, Optional<JobProgress> progress) {
  public JobInput {
    requireNonNull(spec, "spec is null");
    sites = List.copyOf(sites);
    requireNonNull(progress, "progress is null");
  }

  /** A job from its beginning. */
  public JobInput(Map<String, Object> spec, List<String> sites) {
    this(spec, sites, Optional.empty());
  }
}
