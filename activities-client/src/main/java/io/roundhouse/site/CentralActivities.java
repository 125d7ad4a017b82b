package io.roundhouse.site;

import static java.util.Objects.requireNonNull;

import io.roundhouse.data.DataBinding;
import io.roundhouse.data.Dataset;
import io.roundhouse.data.LoadedData;
import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.Seed;
import io.roundhouse.domain.Text;
import io.roundhouse.policy.ProgramBinding;
import io.roundhouse.policy.SitePolicy;
import io.roundhouse.spec.ProgramSpec;
import io.roundhouse.spec.TrainingSpec;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.CorruptArtifactException;
import io.roundhouse.storage.JobLayout;
import io.roundhouse.storage.PrivateFolders;
import io.roundhouse.storage.TensorSpec;
import io.roundhouse.training.InitialModel;
import io.roundhouse.training.ModelMismatchException;
import io.roundhouse.workflows.EvaluateActivities;
import io.roundhouse.workflows.EvaluateTask;
import io.roundhouse.workflows.InitializeTask;
import io.roundhouse.workflows.ModelActivities;
import io.temporal.activity.Activity;
import io.temporal.failure.ApplicationFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What the server needs a training engine for: initial models, and evaluation on its own rows. */
public final class CentralActivities implements ModelActivities, EvaluateActivities {
  private static final String HEARTBEAT = "initializing";
  private static final String SERVER = "server";

  private final SitePolicy policy;
  private final ArtifactStore store;
  private final PrivateFolders folders;
  private final DataSets data;
  private final Evaluator evaluator;

  /**
   * @param data the server's own data sets by name; without held-out rows, all are evaluated on
   * @param folder where it keeps files while it works; made if absent, and what killed processes
   *     left in it is removed
   * @param store where models are
   * @param programs what the server runs for programs' names; none, unless it is to evaluate by
   *     them
   * @param models shared with the sites of the JVM, if there are any
   * @param slots likewise
   */
  public CentralActivities(
      Map<String, DataBinding> data,
      Map<String, ProgramBinding> programs,
      Path folder,
      ArtifactStore store,
      ModelCache models,
      ComputeSlots slots) {
    this.policy = SitePolicy.open(programs);
    this.store = requireNonNull(store, "store is null");
    this.folders = new PrivateFolders(requireNonNull(folder, "folder is null"));
    this.data = DataSets.ofServer(data);
    this.evaluator =
        new Evaluator(
            store,
            models,
            slots,
            new ProgramTrainer(
                SERVER, folder.resolve("programs"), this.data, CentralActivities::all, models));
  }

  /** A server that runs no programs. */
  public CentralActivities(
      Map<String, DataBinding> data,
      Path folder,
      ArtifactStore store,
      ModelCache models,
      ComputeSlots slots) {
    this(data, Map.of(), folder, store, models, slots);
  }

  @Override
  public Artifact initialize(InitializeTask task) {
    task.program().map(ProgramSpec::name).ifPresent(this::requireProgram);
    return Failures.named(
        Failures.TRAINING_FAILED,
        () -> Pulse.during(Activity.getExecutionContext(), HEARTBEAT, () -> upload(task)));
  }

  @Override
  public Metrics evaluate(EvaluateTask task) {
    task.training()
        .flatMap(TrainingSpec::program)
        .map(ProgramSpec::name)
        .ifPresent(this::requireProgram);
    return Failures.named(
        Failures.EVALUATION_FAILED,
        () -> evaluator.evaluate(task, policy, () -> rows(data.named(task.data()))));
  }

  private void requireProgram(String name) {
    if (policy.program(name).isEmpty()) {
      throw Failures.permanent(
          "ProgramMissing",
          "the server binds no program "
              + Text.quote(name)
              + ", so it cannot evaluate by it, perhaps you should write evaluation.central: false,"
              + " or have the program bound at the server");
    }
  }

  private Artifact upload(InitializeTask task) {
    Path folder = folders.fresh();
    try {
      Path model = folder.resolve("model");
      Seed seed = new Seed(task.seed());
      if (task.start().isPresent()) {
        List<TensorSpec> wanted = InitialModel.shapes(task.trainer(), task.architecture(), seed);
        start(task.start().get(), wanted, folder.resolve("start"), model);
      } else {
        InitialModel.draw(model, task.trainer(), task.architecture(), seed);
      }
      return store.putIfAbsent(new JobLayout(task.job()).global(0, 1), model);
    } finally {
      PrivateFolders.delete(folder);
    }
  }

  /**
   * Takes the model at a path of the store.
   *
   * @param wanted the tensors that it must have; none if they may be any
   */
  private void start(String path, List<TensorSpec> wanted, Path download, Path model) {
    try {
      store.download(store.find(path).orElseThrow(() -> missing(path)), download);
      InitialModel.take(download, wanted, model);
    } catch (CorruptArtifactException | ModelMismatchException | IllegalArgumentException e) {
      throw ApplicationFailure.newNonRetryableFailureWithCause(
          "the job cannot start from " + Text.quote(path) + ": " + e.getMessage(),
          Failures.MODEL_MISMATCH,
          e);
    }
  }

  private static ApplicationFailure missing(String path) {
    return Failures.permanent(
        Failures.MODEL_MISSING,
        "there is no model to start from at "
            + Text.quote(path)
            + " in the store, perhaps you should give the path of a job's global.safetensors");
  }

  private static Dataset rows(LoadedData data) {
    return all(data).test();
  }

  private static LoadedData all(LoadedData data) {
    return data.test().size() > 0 ? data : new LoadedData(data.train(), data.train());
  }
}
