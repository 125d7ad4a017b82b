package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.Update;
import io.roundhouse.spec.StrategySpec;
import java.util.List;
import java.util.Optional;

/**
 * Aggregation of one round.
 *
 * @param job the job
 * @param round the round
 * @param strategy the rule
 * @param model the global model that the sites started from
 * @param state the strategy's state from the round before, where it keeps one
 * @param updates what came, in site order
 * @param quorum fewest updates that must pass the checks
 */
public record AggregateTask(
    JobId job,
    int round,
    StrategySpec strategy,
    Artifact model,
    Optional<Artifact> state,
    List<Update> updates,
    int quorum) {
  public AggregateTask {
    requireNonNull(job, "job is null");
    requireNonNull(strategy, "strategy is null");
    requireNonNull(model, "model is null");
    requireNonNull(state, "state is null");
    updates = List.copyOf(updates);
  }
}
