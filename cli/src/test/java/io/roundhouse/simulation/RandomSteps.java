package io.roundhouse.simulation;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Seed;
import io.roundhouse.domain.Update;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.JobLayout;
import io.roundhouse.storage.SafetensorsFile;
import io.roundhouse.storage.SafetensorsWriter;
import io.roundhouse.storage.Tensor;
import io.roundhouse.workflows.PrepareActivities;
import io.roundhouse.workflows.PrepareTask;
import io.roundhouse.workflows.Readiness;
import io.roundhouse.workflows.TrainActivities;
import io.roundhouse.workflows.TrainTask;
import io.temporal.activity.Activity;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A site that adds to each weight a multiple of 2⁻²⁷ below 1/16, from job, site and round.
 *
 * @param examples rows that it says it has
 */
record RandomSteps(int examples, Path folder, ArtifactStore store)
    implements PrepareActivities, TrainActivities {
  @Override
  public Readiness prepare(PrepareTask task) {
    return new Readiness(task.site(), examples, 0);
  }

  @Override
  public Update train(TrainTask task) {
    Path file = folder.resolve(task.site() + "." + task.round() + ".safetensors");
    store.download(task.model(), file);
    List<Tensor> model;
    try (SafetensorsFile global = SafetensorsFile.open(file)) {
      model = global.readAll();
    }
    SplittableRandom random =
        new Seed(task.seed()).derive(task.site().value()).derive(task.round()).random();
    for (Tensor tensor : model) {
      for (int i = 0; i < tensor.values().length; i++) {
        tensor.values()[i] += (random.nextLong() >> 40) * 0x1p-27f;
      }
    }
    SafetensorsWriter.writeAll(file, model, Map.of());
    int attempt = Activity.getExecutionContext().getInfo().getAttempt();
    Artifact update =
        store.putIfAbsent(
            new JobLayout(task.job()).update(task.round(), task.take(), task.site(), attempt),
            file);
    return new Update(task.site(), attempt, update, examples, 0, 0);
  }
}
