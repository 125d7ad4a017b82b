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
import io.roundhouse.storage.Content;
import io.roundhouse.storage.CorruptArtifactException;
import io.roundhouse.storage.JobLayout;
import io.roundhouse.storage.Tensor;
import io.roundhouse.training.InitialModel;
import io.roundhouse.training.ModelMismatchException;
import io.roundhouse.training.ModelShapes;
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
  private static final long LONGEST_HEADER = 1 << 20;

  private final SitePolicy policy;
  private final ArtifactStore store;
  private final WorkFolder folder;
  private final DataSets data;
  private final Evaluator evaluator;

  /**
   * @param data the server's own data sets by name; without held-out rows, all are evaluated on
   * @param folder where it keeps files while it works; made if absent
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
    this.folder = new WorkFolder(folder);
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
    List<Tensor> seeded =
        InitialModel.draw(task.trainer(), task.architecture(), new Seed(task.seed()));
    List<Tensor> model = task.start().map(path -> start(path, seeded)).orElse(seeded);
    return store.putIfAbsent(new JobLayout(task.job()).global(0, 1), Content.of(model, Map.of()));
  }

  /**
   * The model at a path of the store, which must have the tensors of a seeded one, if that has any.
   */
  private List<Tensor> start(String path, List<Tensor> seeded) {
    long bytes = seeded.stream().mapToLong(tensor -> tensor.spec().bytes()).sum();
    long most = seeded.isEmpty() ? Runtime.getRuntime().maxMemory() / 4 : LONGEST_HEADER + bytes;
    try {
      byte[] file =
          store
              .read(path, (int) Math.min(most, Integer.MAX_VALUE - 8))
              .orElseThrow(() -> missing(path));
      List<Tensor> model = folder.parse(file);
      return seeded.isEmpty()
          ? model
          : ModelShapes.arrange(model, seeded.stream().map(Tensor::spec).toList());
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
