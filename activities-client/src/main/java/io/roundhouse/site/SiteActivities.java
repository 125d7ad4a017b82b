package io.roundhouse.site;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.roundhouse.data.Dataset;
import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.Seed;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Update;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.JobLayout;
import io.roundhouse.storage.Tensor;
import io.roundhouse.training.Checkpoint;
import io.roundhouse.training.Engines;
import io.roundhouse.training.TrainingEngine;
import io.roundhouse.training.TrainingRequest;
import io.roundhouse.training.TrainingResult;
import io.roundhouse.workflows.EvaluateActivities;
import io.roundhouse.workflows.EvaluateTask;
import io.roundhouse.workflows.TrainActivities;
import io.roundhouse.workflows.TrainTask;
import io.roundhouse.workflows.TrainingProgress;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The activities of one site: training on its rows, and evaluation on those it holds out. */
public final class SiteActivities implements TrainActivities, EvaluateActivities {
  private static final TrainingProgress STARTING = new TrainingProgress(0, 0, 0, 0);

  private final Site site;
  private final ArtifactStore store;
  private final ModelCache models;
  private final ComputeSlots slots;
  private final WorkFolder folder;
  private final DataSets data;
  private final Evaluator evaluator;

  /**
   * @param store where models come from and updates go
   * @param models shared by the sites of the JVM
   * @param slots likewise
   */
  public SiteActivities(Site site, ArtifactStore store, ModelCache models, ComputeSlots slots) {
    this.site = requireNonNull(site, "site is null");
    this.store = requireNonNull(store, "store is null");
    this.models = requireNonNull(models, "models is null");
    this.slots = requireNonNull(slots, "slots is null");
    this.data = new DataSets(site.data());
    this.evaluator = new Evaluator(store, models, slots);
    this.folder = new WorkFolder(site.folder());
  }

  /** Who this is. */
  public SiteName name() {
    return site.name();
  }

  @Override
  public Update train(TrainTask task) {
    if (!task.site().equals(site.name())) {
      throw Failures.permanent(
          Failures.WRONG_SITE,
          "this is site "
              + site.name()
              + ", not "
              + task.site()
              + ", perhaps you should check the task queue");
    }
    ActivityExecutionContext activity = Activity.getExecutionContext();
    return Failures.named(
        Failures.TRAINING_FAILED,
        () -> slots.run(() -> activity.heartbeat(STARTING), () -> train(task, activity)));
  }

  @Override
  public Metrics evaluate(EvaluateTask task) {
    return evaluator.evaluate(task, () -> data.named(task.data()).test());
  }

  private Update train(TrainTask task, ActivityExecutionContext activity) {
    TrainingEngine engine = Engines.named(task.training().trainer());
    Dataset rows = Pulse.during(activity, STARTING, () -> data.named(task.data()).train());
    List<Tensor> model =
        Pulse.during(activity, STARTING, () -> models.tensors(task.model(), store));
    TrainingRequest request =
        new TrainingRequest(
            task.architecture(),
            model,
            rows,
            task.training(),
            new Seed(task.seed()).derive("train").derive(site.name().value()).derive(task.round()),
            Optional.of(checkpoint(task, rows)));
    long start = System.nanoTime();
    TrainingResult result =
        engine.train(
            request,
            (epoch, batch, loss, samples) ->
                activity.heartbeat(new TrainingProgress(epoch, batch, loss, samples)));
    double seconds = (System.nanoTime() - start) / 1e9;
    int attempt = activity.getInfo().getAttempt();
    String path = new JobLayout(task.job()).update(task.round(), site.name(), attempt);
    TrainingProgress done =
        new TrainingProgress(
            task.training().epochs(),
            0,
            result.loss(),
            (long) task.training().epochs() * rows.size());
    Artifact artifact =
        Pulse.during(activity, done, () -> folder.upload(result.model(), path, store));
    return new Update(site.name(), attempt, artifact, rows.size(), result.loss(), seconds);
  }

  /** One file a job: another round's is of no use any more. */
  private Checkpoint checkpoint(TrainTask task, Dataset rows) {
    String name =
        "%s.%s.%s.checkpoint".formatted(task.job().project(), task.job().name(), site.name());
    String training = task + " on " + rows.size() + " rows";
    return new Checkpoint(
        folder.file(name), UUID.nameUUIDFromBytes(training.getBytes(UTF_8)).toString());
  }
}
