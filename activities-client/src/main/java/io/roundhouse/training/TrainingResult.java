package io.roundhouse.training;

import io.roundhouse.storage.Tensor;
import java.util.List;

/**
 * What a training gave.
 *
 * @param model the trained weights
 * @param loss mean training loss of the last epoch
 */
public record TrainingResult(List<Tensor> model, double loss) {
  public TrainingResult {
    model = List.copyOf(model);
  }
}
