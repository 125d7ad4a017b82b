package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.SiteName;
import io.roundhouse.spec.JobSpec;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link FederatedRound} is started with.
 *
 * @param spec the job's spec
 * @param round its number; 0 only evaluates the initial model
 * @param model the global model
 * @param state the strategy's state
 * @param sites the selected sites, in site order
 * @param evaluate whether the model made is evaluated
 */
public record RoundInput(
    JobSpec spec,
    int round,
    Artifact model,
    Optional<Artifact> state,
    List<SiteName> sites,
    boolean evaluate) {
  public RoundInput {
    requireNonNull(spec, "spec is null");
    requireNonNull(model, "model is null");
    requireNonNull(state, "state is null");
    sites = List.copyOf(sites);
  }
}
