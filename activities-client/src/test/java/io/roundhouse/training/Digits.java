package io.roundhouse.training;

import io.roundhouse.data.DataBinding;
import io.roundhouse.data.LoadedData;
import io.roundhouse.data.Split;
import io.roundhouse.spec.ModelSpec;
import io.roundhouse.spec.TrainingSpec;
import io.roundhouse.spec.TrainingSpec.Optimizer;
import io.roundhouse.spec.TrainingSpec.Order;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The digits of the samples: 1,437 rows to train on and 360 to test on, 8×8 pixels. */
public final class Digits {
  public static final DataBinding BINDING =
      new DataBinding.Csv(
          Path.of("../samples/digits/digits.csv.gz"),
          "last",
          Optional.empty(),
          16,
          new Split.Every(5));
  public static final ModelSpec.Mlp MLP = new ModelSpec.Mlp(64, List.of(32), 10);

  private Digits() {}

  public static LoadedData load() {
    return BINDING.load();
  }

  static TrainingSpec training(int epochs, Optimizer optimizer, Order order) {
    double rate = optimizer == Optimizer.ADAM ? 0.003 : 0.1;
    return new TrainingSpec("dl4j", epochs, 32, rate, optimizer, order);
  }
}
