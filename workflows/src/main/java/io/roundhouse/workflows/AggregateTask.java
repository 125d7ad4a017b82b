package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.Update;
import io.roundhouse.spec.LateSpec.Staleness;
import io.roundhouse.spec.StrategySpec;
import io.roundhouse.spec.UpdatesSpec;
import java.util.List;
import java.util.Optional;

/**
 * Aggregation of one round.
 *
 * @param job the job
 * @param round the round
 * @param take of the round
 * @param strategy the rule
 * @param checks which updates are refused
 * @param worth what a late update is worth
 * @param model the global model that the sites started from
 * @param state the strategy's state from the round before, where it keeps one
 * @param updates what came, in site order
 * @param late updates of earlier rounds that go in too, in the order in which they came
 * @param quorum fewest updates that must pass the checks
 */
public record AggregateTask(
    JobId job,
    int round,
    int take,
    StrategySpec strategy,
    UpdatesSpec checks,
    Staleness worth,
    Artifact model,
    Optional<Artifact> state,
    List<Update> updates,
    List<LateUpdate> late,
    int quorum) {
  public AggregateTask {
    requireNonNull(job, "job is null");
    requireNonNull(strategy, "strategy is null");
    requireNonNull(checks, "checks is null");
    requireNonNull(worth, "worth is null");
    requireNonNull(model, "model is null");
    requireNonNull(state, "state is null");
    updates = List.copyOf(updates);
    late = List.copyOf(late);
  }
}
