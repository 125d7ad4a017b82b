package io.roundhouse.cli;

import io.roundhouse.aggregation.AggregationException;
import io.roundhouse.aggregation.KernelChoice;
import io.roundhouse.aggregation.SelectedKernel;
import io.roundhouse.aggregation.Strategy;
import io.roundhouse.aggregation.Workload;
import io.roundhouse.data.DataException;
import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Best;
import io.roundhouse.domain.Digest;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.RoundSummary;
import io.roundhouse.domain.Seed;
import io.roundhouse.domain.SiteName;
import io.roundhouse.jobfile.JobFile;
import io.roundhouse.operate.JobWatch;
import io.roundhouse.server.Manifests;
import io.roundhouse.simulation.Disturbance;
import io.roundhouse.simulation.FaultPlan;
import io.roundhouse.simulation.Federation;
import io.roundhouse.simulation.PlannedFaults;
import io.roundhouse.simulation.SimulatedData;
import io.roundhouse.simulation.SimulationSpec;
import io.roundhouse.simulation.TemporalService;
import io.roundhouse.spec.JobSpec;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.JobLayout;
import io.roundhouse.storage.Json;
import io.roundhouse.storage.TensorSpec;
import io.roundhouse.terminal.Failure;
import io.roundhouse.terminal.OutputOptions;
import io.roundhouse.terminal.Terminal;
import io.roundhouse.terminal.Units;
import io.roundhouse.training.InitialModel;
import io.roundhouse.training.ModelMismatchException;
import io.temporal.client.WorkflowStub;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One job in one JVM, from its banner to where its results are. */
final class JobRun {
  private final JobFile job;
  private final JobSpec spec;
  private final Path folder;
  private final KernelChoice kernel;
  private final boolean json;
  private final Terminal terminal;
  private final TemporalService temporal;
  private final Optional<UnfinishedJob> unfinished;
  private final Optional<EarlierRun> resumed;

  /**
   * @param folder of the artifacts
   * @param temporal the caller closes it
   * @param unfinished the job, if an earlier process left it unfinished there
   * @param resumed what is left of the job, if Temporal has lost it and it shall go on
   */
  JobRun(
      JobFile job,
      Path folder,
      KernelChoice kernel,
      OutputOptions output,
      TemporalService temporal,
      Optional<UnfinishedJob> unfinished,
      Optional<EarlierRun> resumed) {
    this.job = job;
    spec = job.spec();
    this.folder = folder;
    this.kernel = kernel;
    this.temporal = temporal;
    this.unfinished = unfinished;
    this.resumed = resumed;
    json = output.json();
    terminal = output.terminal();
  }

  /**
   * Runs the job and shows it.
   *
   * @param compare whether to train each site alone and all rows in one place afterwards
   * @param faults what to draw faults from that befall the job; it then runs without them too
   * @throws Failure if it cannot be run, does not complete, or gives another model without faults
   */
  @SuppressWarnings("try")
  void run(boolean compare, Optional<Seed> faults) {
    terminal.status(" reading the data");
    SimulatedData data = load();
    terminal.status(" starting " + data.sites().size() + " sites");
    SelectedKernel aggregation = selectKernel();
    banner(data, aggregation);
    terminal.status(" starting " + data.sites().size() + " sites");
    try (RunLock lock = RunLock.take(folder);
        Disturbance disturbance = disturbance(faults);
        Federation federation =
            Federation.start(folder, data, spec.data(), aggregation, disturbance, temporal)) {
      long submittedAt =
          unfinished
              .map(left -> left.startedAt().toEpochMilli())
              .or(() -> resumed.map(lost -> 0L))
              .orElseGet(System::currentTimeMillis);
      WorkflowStub stub =
          unfinished.map(UnfinishedJob::stub).orElseGet(() -> submit(federation, data));
      Thread interrupted = cancelOnInterrupt(stub);
      JobResult result;
      try {
        result = new JobWatch(federation.client(), stub, spec.job(), terminal).follow();
      } catch (Failure failure) {
        printFailure(federation.store(), aggregation.kernel().name(), failure, submittedAt);
        throw failure;
      } finally {
        forget(interrupted);
      }
      Optional<Comparison> comparison = compare ? compare(data, result) : Optional.empty();
      Optional<UndisturbedRun> undisturbed =
          faults.map(any -> undisturbed(data, aggregation, result));
      printEnd(
          federation.store(),
          data,
          aggregation.kernel().name(),
          result,
          comparison,
          undisturbed.map(UndisturbedRun::model));
      undisturbed.ifPresent(run -> run.requireSame(result, federation.store(), terminal));
    }
  }

  private WorkflowStub submit(Federation federation, SimulatedData data) {
    Map<String, Object> tree = Artifacts.upload(job, federation.store());
    List<SiteName> sites = List.copyOf(data.sites().keySet());
    return resumed.isPresent()
        ? federation.recover(spec.job(), tree, sites)
        : federation.submit(spec.job(), tree, sites);
  }

  private Disturbance disturbance(Optional<Seed> faults) {
    if (faults.isEmpty()) {
      return Disturbance.NONE;
    }
    FaultPlan plan =
        FaultPlan.draw(
            faults.get(),
            spec.rounds().count(),
            spec.training().epochs(),
            job.simulation().names());
    return new PlannedFaults(plan, news -> terminal.line(terminal.yellow("  " + news)));
  }

  private UndisturbedRun undisturbed(
      SimulatedData data, SelectedKernel aggregation, JobResult result) {
    terminal.status(" running the job again, undisturbed, for " + result.rounds() + " rounds");
    UndisturbedRun run = UndisturbedRun.of(job, data, aggregation);
    terminal.clear();
    return run;
  }

  private SimulatedData load() {
    try {
      return SimulatedData.load(job.simulation(), new Seed(spec.seed()));
    } catch (DataException e) {
      terminal.clear();
      throw Failure.badInput(String.valueOf(e.getMessage()));
    }
  }

  private SelectedKernel selectKernel() {
    long parameters = parameters();
    int sites = job.simulation().names().size();
    try {
      return SelectedKernel.select(
          kernel,
          new Workload(
              Strategy.of(spec.strategy()).operation(),
              Math.max(spec.rounds().selection().size(sites), 1),
              parameters));
    } catch (AggregationException e) {
      terminal.clear();
      throw Failure.badInput("--kernel: " + e.getMessage());
    }
  }

  private long parameters() {
    List<TensorSpec> tensors;
    try {
      tensors = InitialModel.shapes(spec.training().trainer(), spec.model(), new Seed(spec.seed()));
    } catch (ModelMismatchException e) {
      terminal.clear();
      throw Failure.badInput("model: " + e.getMessage());
    }
    return (tensors.isEmpty() ? Artifacts.start(job) : tensors)
        .stream().mapToLong(TensorSpec::elements).sum();
  }

  private void banner(SimulatedData data, SelectedKernel aggregation) {
    SimulationSpec simulation = job.simulation();
    terminal.line(
        terminal.bold("Roundhouse")
            + " · "
            + String.join(
                " · ",
                data.sites().size() + " sites",
                Units.count(data.server().train().size()) + " rows of " + spec.data(),
                simulation.own().isEmpty() ? describe(simulation) : "files of their own",
                spec.strategy().name(),
                spec.rounds().count() + " rounds",
                "seed " + spec.seed()));
    terminal.line(
        terminal.dim(
            spec.training()
                    .program()
                    .map(program -> "program " + program.name())
                    .orElse("engine " + spec.training().trainer())
                + " · kernel "
                + aggregation.reason()
                + " · store "
                + folder
                + " · "
                + temporal.place()));
    unfinished.ifPresent(
        left ->
            terminal.line(
                terminal.yellow(
                    "the job was started at " + Units.time(left.startedAt()) + " and goes on")));
    resumed.ifPresent(
        lost ->
            terminal.line(
                terminal.yellow("goes on " + lost.place() + " of " + spec.rounds().count())));
    terminal.line("");
  }

  private static String describe(SimulationSpec simulation) {
    return simulation.partition().toString().replaceAll("[\\[(]", " ").replaceAll("[])]", "");
  }

  private Optional<Comparison> compare(SimulatedData data, JobResult result) {
    Optional<Metrics> federated = result.metrics();
    if (federated.isEmpty() || data.server().test().size() == 0) {
      return Optional.empty();
    }
    terminal.status(" training each site alone, and all rows in one place");
    Comparison comparison = Comparison.of(spec, data, federated.get(), result.rounds());
    terminal.clear();
    return Optional.of(comparison);
  }

  private void printEnd(
      ArtifactStore store,
      SimulatedData data,
      String kernelName,
      JobResult result,
      Optional<Comparison> comparison,
      Optional<Digest> undisturbed) {
    comparison.ifPresent(found -> found.print(terminal, data.server()));
    terminal.line("");
    terminal.line(
        terminal.green(
            Units.format("%s: %s, %.1f s", spec.job(), result.reason(), result.seconds())));
    result
        .best()
        .ifPresent(
            best ->
                terminal.line(
                    Units.format(
                        "best       round %d, accuracy %.4f",
                        best.round(), best.metrics().accuracy())));
    terminal.line("report     " + file(layout().report()));
    result
        .model()
        .ifPresent(
            model ->
                terminal.line(
                    "model      "
                        + file(model.path())
                        + terminal.dim("  sha256 " + model.sha256())));
    terminal.line("artifacts  " + file(layout().folder()));
    if (json) {
      print(document(store, kernelName, result, comparison, undisturbed, rounds(store)));
    }
  }

  /** The folder may hold the records of an earlier job of that name: they are not shown. */
  private void printFailure(
      ArtifactStore store, String kernelName, Failure failure, long submittedAt) {
    Optional<JobResult> recorded =
        Manifests.result(store, spec.job()).filter(result -> result.startedAt() >= submittedAt);
    if (recorded.isPresent()) {
      terminal.line("report     " + file(layout().report()));
    }
    if (json) {
      JobResult result =
          recorded.orElseGet(
              () ->
                  new JobResult(
                      spec.job(),
                      JobState.FAILED,
                      String.valueOf(failure.getMessage()),
                      0,
                      Optional.empty(),
                      Optional.empty(),
                      Optional.empty(),
                      submittedAt,
                      0));
      List<RoundSummary> rounds = recorded.isPresent() ? rounds(store) : List.of();
      print(document(store, kernelName, result, Optional.empty(), Optional.empty(), rounds));
    }
  }

  private List<RoundSummary> rounds(ArtifactStore store) {
    return Manifests.rounds(store, spec.job()).stream().map(RoundManifest::summary).toList();
  }

  private JobDocument document(
      ArtifactStore store,
      String kernelName,
      JobResult result,
      Optional<Comparison> comparison,
      Optional<Digest> undisturbed,
      List<RoundSummary> rounds) {
    return new JobDocument(
        result.job(),
        result.state(),
        result.reason(),
        result.rounds(),
        result.metrics().map(Metrics::accuracy),
        result.metrics().map(Metrics::loss),
        result.best().map(Best::round),
        result.model().map(model -> store.uri(model.path())),
        result.model().map(Artifact::sha256),
        kernelName,
        result.seconds(),
        file(layout().report()).toString(),
        comparison,
        undisturbed,
        rounds);
  }

  private static void print(JobDocument document) {
    System.out.println(new String(Json.write(document), StandardCharsets.UTF_8));
  }

  private JobLayout layout() {
    return new JobLayout(spec.job());
  }

  private Path file(String path) {
    return folder.resolve("roundhouse").resolve(path);
  }

  /**
   * Ctrl-C cancels the job, so that what was reached so far is kept, and waits a little for that.
   */
  private Thread cancelOnInterrupt(WorkflowStub stub) {
    Thread hook =
        new Thread(
            () -> {
              terminal.line("");
              terminal.line(terminal.yellow("cancelling the job, what it has reached is kept"));
              try {
                stub.cancel();
                stub.getResult(5, TimeUnit.SECONDS, JobResult.class);
              } catch (TimeoutException | RuntimeException ended) {
                terminal.line("report     " + file(layout().report()));
              }
            },
            "cancel-on-interrupt");
    Runtime.getRuntime().addShutdownHook(hook);
    return hook;
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // The hook is at work: let it.
      return;
    }
  }
}
