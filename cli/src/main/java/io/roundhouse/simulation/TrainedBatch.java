package io.roundhouse.simulation;

import static java.util.Objects.requireNonNull;

import io.roundhouse.workflows.TrainTask;
import io.roundhouse.workflows.TrainingProgress;

/**
 * A batch that a site has just trained.
 *
 * @param task the training
 * @param attempt which attempt at it, from 1
 * @param progress how far it is
 */
public record TrainedBatch(TrainTask task, int attempt, TrainingProgress progress) {
  public TrainedBatch {
    requireNonNull(task, "task is null");
    requireNonNull(progress, "progress is null");
  }
}
