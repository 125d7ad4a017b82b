package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.Exclusion.Cause;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.RoundSummary;
import io.roundhouse.domain.SiteName;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a round hands to the job; the rest is in its manifest.
 *
 * @param summary the round in one row
 * @param take of the round
 * @param model the global model after it
 * @param state the strategy's state after it
 * @param metrics what the model reached, if it was evaluated
 * @param selected the sites that were asked
 * @param exclusions those of them that are not in the model, and the late updates that were refused
 * @param late the late updates that were looked at
 * @param shortfall why the round is not complete: it has no manifest and must be done again
 */
public record RoundResult(
    RoundSummary summary,
    int take,
    Artifact model,
    Optional<Artifact> state,
    Optional<Metrics> metrics,
    List<SiteName> selected,
    List<Exclusion> exclusions,
    List<LateUpdate> late,
    Optional<String> shortfall) {
  private static final Set<Cause> NOT_ASKED = EnumSet.of(Cause.BUSY, Cause.UNFIT, Cause.SUSPENDED);

  public RoundResult {
    requireNonNull(summary, "summary is null");
    requireNonNull(model, "model is null");
    requireNonNull(state, "state is null");
    requireNonNull(metrics, "metrics is null");
    selected = List.copyOf(selected);
    exclusions = List.copyOf(exclusions);
    late = List.copyOf(late);
    requireNonNull(shortfall, "shortfall is null");
  }

  /** The result of a round with this manifest. */
  public static RoundResult of(RoundManifest manifest) {
    return of(manifest, Optional.empty());
  }

  /** The result of a round that too few sites gave good updates for. */
  static RoundResult shortOf(RoundManifest draft, String reason) {
    return of(draft, Optional.of(reason));
  }

  private static RoundResult of(RoundManifest manifest, Optional<String> shortfall) {
    return new RoundResult(
        manifest.summary().brief(),
        manifest.take(),
        manifest.model(),
        manifest.state(),
        manifest.evaluation().decisive(),
        manifest.selected(),
        manifest.exclusions().stream()
            .filter(exclusion -> !NOT_ASKED.contains(exclusion.cause()))
            .toList(),
        manifest.late(),
        shortfall);
  }
}
