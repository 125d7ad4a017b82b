package io.roundhouse.site;

import static java.util.Objects.requireNonNull;

import io.roundhouse.data.Dataset;
import io.roundhouse.domain.Metrics;
import io.roundhouse.policy.SitePolicy;
import io.roundhouse.storage.ArtifactAccess;
import io.roundhouse.storage.Artifacts;
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

  private final ArtifactAccess access;
  private final ModelCache models;
  private final ComputeSlots slots;
  private final ProgramTrainer programs;

  Evaluator(ArtifactAccess access, ModelCache models, ComputeSlots slots, ProgramTrainer programs) {
    this.access = requireNonNull(access, "access is null");
    this.models = requireNonNull(models, "models is null");
    this.slots = requireNonNull(slots, "slots is null");
    this.programs = requireNonNull(programs, "programs is null");
  }

  /** Measures the task's model: on the rows, if a training engine does it. */
  Metrics evaluate(EvaluateTask task, SitePolicy policy, Supplier<Dataset> rows) {
    ActivityExecutionContext activity = Activity.getExecutionContext();
    Artifacts store = access.forTask(activity.getInfo().getTaskToken());
    Runnable waiting = () -> activity.heartbeat(HEARTBEAT);
    if (ProgramTrainer.isAsked(task.trainer())) {
      return slots.run(
          waiting,
          ProgramTrainer.gpus(policy, task.training()),
          gpus -> programs.evaluate(task, policy, gpus, activity, store));
    }
    return slots.run(
        waiting, () -> Pulse.during(activity, HEARTBEAT, () -> measure(task, rows.get(), store)));
  }

  private Metrics measure(EvaluateTask task, Dataset rows, Artifacts store) {
    TrainingEngine engine = Engines.named(task.trainer());
    if (rows.size() == 0) {
      return new Metrics(0, 0, 0);
    }
    List<Tensor> model = models.tensors(task.model(), store);
    return engine.evaluate(task.architecture(), model, rows);
  }
}
