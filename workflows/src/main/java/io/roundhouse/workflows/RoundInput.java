package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.Identity;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.RoundManifest.Carried;
import io.roundhouse.domain.SiteName;
import io.roundhouse.spec.JobSpec;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link FederatedRound} is started with.
 *
 * @param spec the job's spec as it is in force
 * @param round its number; 0 only evaluates the initial model
 * @param take how often rounds had been begun again, counted from 1
 * @param model the global model
 * @param state the strategy's state
 * @param sites the selected sites, in site order
 * @param wanted updates that the round is meant for
 * @param late late updates that go into it
 * @param outstanding sites that are still at work for earlier rounds
 * @param absent sites that are not asked, and why
 * @param carried what is written into the manifest as it is
 * @param evaluate whether the model made is evaluated
 * @param submitter the operator who submitted the job, where a gateway vouches for it
 */
public record RoundInput(
    JobSpec spec,
    int round,
    int take,
    Artifact model,
    Optional<Artifact> state,
    List<SiteName> sites,
    int wanted,
    List<LateUpdate> late,
    int outstanding,
    List<Exclusion> absent,
    Carried carried,
    boolean evaluate,
    Optional<Identity> submitter) {
  public RoundInput {
    requireNonNull(spec, "spec is null");
    requireNonNull(model, "model is null");
    requireNonNull(state, "state is null");
    sites = List.copyOf(sites);
    late = List.copyOf(late);
    absent = List.copyOf(absent);
    requireNonNull(carried, "carried is null");
    requireNonNull(submitter, "submitter is null");
  }
}
