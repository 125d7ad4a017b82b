package io.roundhouse.site;

import static java.util.Objects.requireNonNull;

import io.roundhouse.data.DataBinding;
import io.roundhouse.data.LoadedData;
import io.roundhouse.data.RowFiles;
import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Digest;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.Seed;
import io.roundhouse.policy.ProgramBinding;
import io.roundhouse.policy.SitePolicy;
import io.roundhouse.program.ProgramCall;
import io.roundhouse.program.ProgramListener;
import io.roundhouse.program.ProgramResult;
import io.roundhouse.program.ProgramTask;
import io.roundhouse.program.ProgramTask.Action;
import io.roundhouse.program.ProgramWork;
import io.roundhouse.program.Programs;
import io.roundhouse.spec.ProgramSpec;
import io.roundhouse.spec.TrainingSpec;
import io.roundhouse.storage.Artifacts;
import io.roundhouse.workflows.EvaluateTask;
import io.roundhouse.workflows.TrainTask;
import io.roundhouse.workflows.TrainingProgress;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.ActivityInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** Trains and evaluates by programs, in processes of their own. */
final class ProgramTrainer {
  private static final String EVALUATING = "evaluating";
  private static final Duration NO_HEARTBEAT = Duration.ofHours(1);

  private final String name;
  private final DataSets data;
  private final UnaryOperator<LoadedData> view;
  private final ModelCache models;
  private final Programs programs;
  private final Map<String, RowFiles> rows = new ConcurrentHashMap<>();

  /**
   * @param name of the site, as programs are told
   * @param folder where work folders, checkpoints and files of rows are
   * @param view what programs are to see of rows
   */
  ProgramTrainer(
      String name, Path folder, DataSets data, UnaryOperator<LoadedData> view, ModelCache models) {
    this.name = requireNonNull(name, "name is null");
    this.data = data;
    this.view = view;
    this.models = models;
    this.programs = new Programs(name, folder);
  }

  /** Whether a program does it. */
  static boolean isAsked(String trainer) {
    return trainer.equals(TrainingSpec.PROGRAM);
  }

  /** How many devices a task needs. */
  static int gpus(SitePolicy policy, Optional<TrainingSpec> training) {
    return training
        .flatMap(TrainingSpec::program)
        .map(ProgramSpec::name)
        .flatMap(policy::program)
        .map(ProgramBinding::gpus)
        .orElse(0);
  }

  /**
   * Looks whether the program can be run here.
   *
   * @throws io.temporal.failure.ApplicationFailure {@code ProgramMissing} if not
   */
  static void requireRunnable(SitePolicy policy, Optional<TrainingSpec> training) {
    String program =
        training.flatMap(TrainingSpec::program).map(ProgramSpec::name).orElse("without a name");
    policy
        .program(program)
        .flatMap(Programs::problem)
        .ifPresent(
            problem -> {
              throw Failures.permanent(
                  "ProgramMissing", "this site cannot run the program " + program + ": " + problem);
            });
  }

  /** The data set as programs get it; rows are written to files when they are first asked for. */
  ProgramTask.Data data(String set) {
    DataBinding binding = data.binding(set);
    if (binding instanceof DataBinding.Folder files) {
      files.requireReadable();
      return ProgramTask.Data.of(set, files);
    }
    return ProgramTask.Data.of(
        set,
        rows.computeIfAbsent(
            set, any -> RowFiles.write(view.apply(binding.load()), programs.dataFolder())));
  }

  /**
   * @param path where the update goes
   */
  Trained train(
      TrainTask task,
      SitePolicy policy,
      List<String> gpus,
      ActivityExecutionContext activity,
      Artifacts store,
      String path) {
    Means means = new Means(policy, gpus, activity);
    ProgramTask.Data set = Pulse.during(activity, EngineTrainer.STARTING, () -> data(task.data()));
    PolicyGuard.checkRows(policy, set.trainRows(), task.training().epochs());
    Seed seed = EngineTrainer.seed(task, task.site());
    ProgramCall call =
        means.call(
            Action.train,
            task.job(),
            task.round(),
            task.take(),
            task.model().sha256(),
            seed,
            task.training(),
            set);
    try (ProgramWork work = programs.open(call)) {
      Pulse.during(activity, EngineTrainer.STARTING, () -> copy(task.model(), store, work));
      Beats beats = new Beats(activity);
      long start = System.nanoTime();
      ProgramResult result = run(work, beats);
      double seconds = (System.nanoTime() - start) / 1e9;
      Artifact artifact =
          Pulse.during(activity, beats.last, () -> store.putIfAbsent(path, work.update()));
      work.done();
      return new Trained(
          artifact,
          result.examples().orElseThrow(),
          result.loss().orElse(beats.last.loss()),
          seconds);
    }
  }

  /** Measures a model on the rows that are held out; zero examples where there are none. */
  Metrics evaluate(
      EvaluateTask task,
      SitePolicy policy,
      List<String> gpus,
      ActivityExecutionContext activity,
      Artifacts store) {
    Means means = new Means(policy, gpus, activity);
    ProgramTask.Data set = Pulse.during(activity, EVALUATING, () -> data(task.data()));
    if (set.folder().isEmpty() && set.testRows() == 0) {
      return new Metrics(0, 0, 0);
    }
    TrainingSpec training =
        task.training()
            .orElseThrow(
                () ->
                    Failures.permanent(
                        Failures.PROGRAM_FAILED, "the task names no program to evaluate with"));
    Seed seed = new Seed(0).derive(task.job().toString()).derive(name).derive(task.round());
    ProgramCall call =
        means.call(
            Action.evaluate,
            task.job(),
            task.round(),
            1,
            task.model().sha256(),
            seed,
            training,
            set);
    try (ProgramWork work = programs.open(call)) {
      Pulse.during(activity, EVALUATING, () -> copy(task.model(), store, work));
      ProgramResult result = run(work, new Pulses(activity));
      return new Metrics(
          result.accuracy().orElse(0.0),
          result.loss().orElse(0.0),
          result.examples().orElseThrow());
    }
  }

  private Path copy(Artifact model, Artifacts store, ProgramWork work) {
    models.copy(model, store, work.model());
    return work.model();
  }

  private static ProgramResult run(ProgramWork work, ProgramListener listener) {
    try {
      return work.run(listener);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedWorkException(e);
    }
  }

  /** What a task has to work with. */
  private record Means(SitePolicy policy, List<String> gpus, ActivityExecutionContext activity) {
    ProgramCall call(
        Action action,
        JobId job,
        int round,
        int take,
        Digest model,
        Seed seed,
        TrainingSpec training,
        ProgramTask.Data set) {
      ActivityInfo info = activity.getInfo();
      Duration heartbeat = info.getHeartbeatTimeout();
      Duration longest = info.getStartToCloseTimeout();
      return new ProgramCall(
          action,
          job,
          round,
          take,
          info.getAttempt(),
          model,
          seed,
          training,
          set,
          policy,
          gpus,
          heartbeat.isZero() ? NO_HEARTBEAT : heartbeat,
          longest.isZero() ? Optional.empty() : Optional.of(Instant.now().plus(longest)));
    }
  }

  /** Heartbeats of a training. */
  private static final class Beats implements ProgramListener {
    private final ActivityExecutionContext activity;
    private TrainingProgress last = EngineTrainer.STARTING;

    Beats(ActivityExecutionContext activity) {
      this.activity = activity;
    }

    @Override
    public void progress(int epoch, int batch, double loss, long samples) {
      last = new TrainingProgress(epoch, batch, loss, samples);
      activity.heartbeat(last);
    }

    @Override
    public void alive() {
      activity.heartbeat(last);
    }
  }

  /** Heartbeats of an evaluation. */
  private record Pulses(ActivityExecutionContext activity) implements ProgramListener {
    @Override
    public void progress(int epoch, int batch, double loss, long samples) {
      activity.heartbeat(EVALUATING);
    }

    @Override
    public void alive() {
      activity.heartbeat(EVALUATING);
    }
  }
}
