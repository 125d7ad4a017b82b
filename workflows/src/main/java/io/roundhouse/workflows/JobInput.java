package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Identity;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a {@link FederatedJob} is started with.
 *
 * @param spec the job spec, as the tree that its YAML or JSON stands for; checked by the workflow
 * @param sites names of the job's sites
 * @param recover whether to go on from the newest complete round in the store, where an earlier job
 *     of that name was lost
 * @param progress where an earlier run of the same job left off
 * @param submitter the operator who submitted the job, where a gateway vouches for it
 */
public record JobInput(
    Map<String, Object> spec,
    List<String> sites,
    boolean recover,
    Optional<JobProgress> progress,
    Optional<Identity> submitter) {
  /** What a client left out is empty, so that the reader of specs says what is missing. */
  public JobInput {
    spec = spec == null ? Map.of() : spec;
    sites = sites == null ? List.of() : List.copyOf(sites);
    requireNonNull(progress, "progress is null");
    requireNonNull(submitter, "submitter is null");
  }

  /** A job from its beginning. */
  public JobInput(Map<String, Object> spec, List<String> sites) {
    this(spec, sites, false, Optional.empty(), Optional.empty());
  }

  /** A job that goes on where one of the same name was lost. */
  public static JobInput recovering(Map<String, Object> spec, List<String> sites) {
    return new JobInput(spec, sites, true, Optional.empty(), Optional.empty());
  }

  /** The same job as it goes on in a new run. */
  JobInput at(JobProgress where) {
    return new JobInput(spec, sites, false, Optional.of(where), submitter);
  }
}
