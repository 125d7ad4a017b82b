package io.roundhouse.training;

import static java.util.Objects.requireNonNull;

import io.roundhouse.data.Dataset;
import io.roundhouse.domain.Seed;
import io.roundhouse.spec.ModelSpec;
import io.roundhouse.spec.TrainingSpec;
import io.roundhouse.storage.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * One training.
 *
 * @param architecture what the model is
 * @param model the weights to start from; not changed, and not kept for later: once the update is
 *     sent, the next model is read into the same arrays
 * @param rows what to train on
 * @param training how
 * @param seed of this training alone
 * @param checkpoint where it notes how far it is, to go on from there after a crash
 */
public record TrainingRequest(
    ModelSpec architecture,
    List<Tensor> model,
    Dataset rows,
    TrainingSpec training,
    Seed seed,
    Optional<Checkpoint> checkpoint) {
  public TrainingRequest {
    requireNonNull(architecture, "architecture is null");
    model = List.copyOf(model);
    requireNonNull(rows, "rows is null");
    requireNonNull(training, "training is null");
    requireNonNull(seed, "seed is null");
    requireNonNull(checkpoint, "checkpoint is null");
  }
}
