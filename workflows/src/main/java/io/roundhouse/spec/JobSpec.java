package io.roundhouse.spec;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.JobId;
import java.util.Optional;

/**
 * One federated job, as {@link JobSpecReader} reads it from a {@code job.yml}.
 *
 * @param job project and name
 * @param seed from which every random choice of the job is drawn
 * @param model what is trained
 * @param start store path of a safetensors model to start from; a seeded initial model if absent
 * @param data name of the data set, bound to files at each site
 * @param training what a site does in a round
 * @param strategy how updates become the next global model
 * @param rounds how rounds are run
 * @param evaluation how the global model is judged
 * @param stop when to stop before the last round
 * @param updates which updates are refused
 * @param approval whether a person approves models between rounds
 */
public record JobSpec(
    JobId job,
    long seed,
    ModelSpec model,
    Optional<String> start,
    String data,
    TrainingSpec training,
    StrategySpec strategy,
    RoundsSpec rounds,
    EvaluationSpec evaluation,
    StopSpec stop,
    UpdatesSpec updates,
    ApprovalSpec approval) {
  /** The version of the format, in a spec's {@code apiVersion}. */
  public static final String API_VERSION = "roundhouse/v1";

  /** The kind of document, in a spec's {@code kind}. */
  public static final String KIND = "FederatedJob";

  public JobSpec {
    requireNonNull(job, "job is null");
    requireNonNull(model, "model is null");
    requireNonNull(start, "start is null");
    requireNonNull(data, "data is null");
    requireNonNull(training, "training is null");
    requireNonNull(strategy, "strategy is null");
    requireNonNull(rounds, "rounds is null");
    requireNonNull(evaluation, "evaluation is null");
    requireNonNull(stop, "stop is null");
    requireNonNull(updates, "updates is null");
    requireNonNull(approval, "approval is null");
  }
}
