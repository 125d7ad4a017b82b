package io.roundhouse.site;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.roundhouse.data.Dataset;
import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Seed;
import io.roundhouse.domain.SiteName;
import io.roundhouse.policy.SitePolicy;
import io.roundhouse.storage.Artifacts;
import io.roundhouse.storage.Content;
import io.roundhouse.storage.PrivateFolders;
import io.roundhouse.storage.Tensor;
import io.roundhouse.training.Checkpoint;
import io.roundhouse.training.Engines;
import io.roundhouse.training.TrainingEngine;
import io.roundhouse.training.TrainingRequest;
import io.roundhouse.training.TrainingResult;
import io.roundhouse.workflows.TrainTask;
import io.roundhouse.workflows.TrainingProgress;
import io.temporal.activity.ActivityExecutionContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Trains by a training engine, in this JVM. */
final class EngineTrainer {
  static final TrainingProgress STARTING = new TrainingProgress(0, 0, 0, 0);

  private final SiteName site;
  private final DataSets data;
  private final ModelCache models;
  private final Path folder;

  /**
   * @param folder for checkpoints; made if absent
   */
  EngineTrainer(SiteName site, DataSets data, ModelCache models, Path folder) {
    this.site = site;
    this.data = data;
    this.models = models;
    this.folder = folder;
    PrivateFolders.make(folder);
  }

  /**
   * @param path where the update goes
   */
  Trained train(
      TrainTask task,
      SitePolicy policy,
      ActivityExecutionContext activity,
      Artifacts store,
      String path) {
    TrainingEngine engine = Engines.named(task.training().trainer());
    Dataset rows = Pulse.during(activity, STARTING, () -> data.named(task.data()).train());
    int epochs = task.training().epochs();
    PolicyGuard.checkRows(policy, rows.size(), epochs);
    List<Tensor> model =
        Pulse.during(activity, STARTING, () -> models.tensors(task.model(), store));
    TrainingRequest request =
        new TrainingRequest(
            task.architecture(),
            model,
            rows,
            task.training(),
            seed(task, site),
            Optional.of(checkpoint(task, rows)));
    long start = System.nanoTime();
    TrainingResult result =
        engine.train(
            request,
            (epoch, batch, loss, samples) -> {
              policy.limits().time().ifPresent(most -> checkTime(start, most));
              activity.heartbeat(new TrainingProgress(epoch, batch, loss, samples));
            });
    double seconds = (System.nanoTime() - start) / 1e9;
    TrainingProgress done =
        new TrainingProgress(epochs, 0, result.loss(), (long) epochs * rows.size());
    Content update = Content.of(result.model(), Map.of());
    Artifact artifact = Pulse.during(activity, done, () -> store.putIfAbsent(path, update));
    models.giveBack(model);
    return new Trained(artifact, rows.size(), result.loss(), seconds);
  }

  /** The seed of a site's training in a round, the same in every take and attempt. */
  static Seed seed(TrainTask task, SiteName site) {
    return new Seed(task.seed()).derive("train").derive(site.value()).derive(task.round());
  }

  private static void checkTime(long start, Duration most) {
    if (System.nanoTime() - start > most.toNanos()) {
      throw PolicyGuard.refused(
          List.of("limits.time gives a task " + most.toSeconds() + " s, and this one took more"));
    }
  }

  /**
   * One file a job: another round's is of no use any more. A round that is begun again goes on from
   * it, so the take is not part of what the training is.
   */
  private Checkpoint checkpoint(TrainTask task, Dataset rows) {
    String name = "%s.%s.%s.checkpoint".formatted(task.job().project(), task.job().name(), site);
    String training =
        List.of(
                task.job(),
                task.round(),
                task.model().sha256(),
                task.architecture(),
                task.data(),
                task.training(),
                task.seed(),
                rows.size())
            .toString();
    return new Checkpoint(
        folder.resolve(name), UUID.nameUUIDFromBytes(training.getBytes(UTF_8)).toString());
  }
}
