package io.roundhouse.site;

import static java.util.Objects.requireNonNull;

import io.roundhouse.data.Dataset;
import io.roundhouse.domain.Metrics;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.Tensor;
import io.roundhouse.training.Engines;
import io.roundhouse.training.TrainingEngine;
import io.roundhouse.workflows.EvaluateTask;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import java.util.List;
import java.util.function.Supplier;

/** Evaluation, the same at a site and at the server. */
final class Evaluator {
  private static final String HEARTBEAT = "evaluating";

  private final ArtifactStore store;
  private final ModelCache models;
  private final ComputeSlots slots;

  Evaluator(ArtifactStore store, ModelCache models, ComputeSlots slots) {
    this.store = requireNonNull(store, "store is null");
    this.models = requireNonNull(models, "models is null");
    this.slots = requireNonNull(slots, "slots is null");
  }

  /** Measures the task's model on the rows. */
  Metrics evaluate(EvaluateTask task, Supplier<Dataset> rows) {
    ActivityExecutionContext activity = Activity.getExecutionContext();
    return Failures.named(
        Failures.EVALUATION_FAILED,
        () ->
            slots.run(
                () -> activity.heartbeat(HEARTBEAT),
                () -> Pulse.during(activity, HEARTBEAT, () -> measure(task, rows.get()))));
  }

  private Metrics measure(EvaluateTask task, Dataset rows) {
    TrainingEngine engine = Engines.named(task.trainer());
    if (rows.size() == 0) {
      return new Metrics(0, 0, 0);
    }
    List<Tensor> model = models.tensors(task.model(), store);
    return engine.evaluate(task.architecture(), model, rows);
  }
}
