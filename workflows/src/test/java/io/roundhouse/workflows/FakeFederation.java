package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.roundhouse.domain.Aggregation;
import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Contribution;
import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.JobStatus;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.SiteStatus;
import io.roundhouse.domain.Update;
import io.roundhouse.spec.JobSpec;
import io.roundhouse.spec.JobSpecReader;
import io.roundhouse.spec.UpdatesSpec.Keep;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.client.WorkflowUpdateException;
import io.temporal.failure.ApplicationFailure;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testserver.TestServer.InProcessTestServer;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.TestInfo;

/**
 * A whole federation whose sites and server only keep the books, on a server that skips time while
 * no activity is scheduled.
 */
final class FakeFederation implements AutoCloseable {
  static final JobId JOB = new JobId("test", "job");

  final TestWorkflowEnvironment environment;
  private final List<WorkerFactory> later = new ArrayList<>();
  private String scenario = "";
  final List<TrainTask> trained = Collections.synchronizedList(new ArrayList<>());
  final List<EvaluateTask> evaluated = Collections.synchronizedList(new ArrayList<>());
  final List<AggregateTask> aggregated = Collections.synchronizedList(new ArrayList<>());
  final List<RoundManifest> manifests = Collections.synchronizedList(new ArrayList<>());
  final List<JobResult> results = Collections.synchronizedList(new ArrayList<>());
  final Map<String, Function<TrainTask, Update>> trainers = new LinkedHashMap<>();
  final List<LateUpdate> kept = Collections.synchronizedList(new ArrayList<>());
  final List<LateUpdate> dropped = Collections.synchronizedList(new ArrayList<>());
  final List<String> discarded = Collections.synchronizedList(new ArrayList<>());
  Consumer<OpenTask> claim = task -> {};
  Function<PrepareTask, Readiness> prepare = task -> new Readiness(task.site(), 10, 2);
  Function<RecoverTask, Recovered> recover = task -> new Recovered(Optional.empty());
  Function<EvaluateTask, Metrics> central = task -> new Metrics(0.5, 1, 100);
  BiFunction<String, EvaluateTask, Metrics> atSite =
      (site, task) -> new Metrics(0.25, 2, site.length());
  Supplier<Artifact> initialModel = () -> artifact("rounds/0/global");
  Consumer<JobResult> closing = result -> {};
  IntFunction<Recovered> recall = this::recall;
  Runnable publishing = () -> {};
  Consumer<RoundManifest> checkpointing = manifest -> {};
  Function<AggregateTask, List<Exclusion>> quarantine = task -> List.of();

  FakeFederation() {
    this(Set.of());
  }

  /**
   * @param unserved task queues of the server that no worker serves
   */
  FakeFederation(Set<String> unserved) {
    environment =
        TestWorkflowEnvironment.newInstance(
            TestEnvironmentOptions.newBuilder()
                .registerSearchAttribute("FlProject", IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)
                .registerSearchAttribute("FlJob", IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)
                .registerSearchAttribute("FlPhase", IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)
                .registerSearchAttribute("FlRound", IndexedValueType.INDEXED_VALUE_TYPE_INT)
                .registerSearchAttribute(
                    "FlSites", IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST)
                .registerSearchAttribute("FlMetric", IndexedValueType.INDEXED_VALUE_TYPE_DOUBLE)
                .build());
    JobWorkflows.registerWith(worker(TaskQueues.SERVER));
    if (!unserved.contains(TaskQueues.AGGREGATE)) {
      worker(TaskQueues.AGGREGATE).registerActivitiesImplementations(new Server());
    }
    if (!unserved.contains(TaskQueues.MODEL)) {
      worker(TaskQueues.MODEL).registerActivitiesImplementations(new Models());
    }
  }

  /** A site that answers at once. */
  FakeFederation site(String name) {
    return site(name, task -> update(task, 10));
  }

  /** A site that trains in its own way. */
  FakeFederation site(String name, Function<TrainTask, Update> trainer) {
    trainers.put(name, trainer);
    worker(new SiteName(name).queue()).registerActivitiesImplementations(new Site(name));
    return this;
  }

  /** A site of the job that no worker serves. */
  FakeFederation absentSite(String name) {
    trainers.put(name, task -> update(task, 10));
    return this;
  }

  /**
   * Starts the job; keys such as {@code rounds.count} are set on a spec that is otherwise plain.
   */
  WorkflowStub start(Map<String, Object> settings) {
    return start(new JobInput(spec(settings), List.copyOf(trainers.keySet())));
  }

  /** Starts a job that goes on where one of its name was lost. */
  WorkflowStub recoverJob(Map<String, Object> settings) {
    return start(JobInput.recovering(spec(settings), List.copyOf(trainers.keySet())));
  }

  private WorkflowStub start(JobInput input) {
    environment.start();
    WorkflowStub stub =
        environment
            .getWorkflowClient()
            .newUntypedWorkflowStub(
                "FederatedJob",
                WorkflowOptions.newBuilder()
                    .setWorkflowId(FederatedJob.workflowId(JOB))
                    .setTaskQueue(TaskQueues.SERVER)
                    .build());
    stub.start(input);
    return stub;
  }

  /** Starts the job and returns at once; the clock goes on as a wall clock does. */
  FederatedJob job() {
    return environment
        .getWorkflowClient()
        .newWorkflowStub(FederatedJob.class, FederatedJob.workflowId(JOB));
  }

  /** Where a site stands. */
  SiteStatus.State state(String site) {
    return job().sites().stream()
        .filter(status -> status.site().value().equals(site))
        .map(SiteStatus::state)
        .findFirst()
        .orElseThrow();
  }

  /** How far a round is. */
  RoundProgress round(int round) {
    return environment
        .getWorkflowClient()
        .newWorkflowStub(FederatedRound.class, FederatedRound.workflowId(JOB, round, 1))
        .progress();
  }

  /** Runs the job to the failure that ends it. */
  ApplicationFailure failure(Map<String, Object> settings) {
    start(settings);
    return failure();
  }

  /** Waits for the failure that ends the job. */
  ApplicationFailure failure() {
    WorkflowFailedException failed =
        catchThrowableOfType(
            WorkflowFailedException.class,
            () -> WorkflowStub.fromTyped(job()).getResult(JobResult.class));
    assertThat(failed).hasCauseInstanceOf(ApplicationFailure.class);
    return (ApplicationFailure) requireNonNull(failed.getCause());
  }

  /** The words with which an order is refused. */
  static String refusal(ThrowingCallable order) {
    WorkflowUpdateException refused = catchThrowableOfType(WorkflowUpdateException.class, order);
    assertThat(refused).hasCauseInstanceOf(ApplicationFailure.class);
    return ((ApplicationFailure) requireNonNull(refused.getCause())).getOriginalMessage();
  }

  /** Waits for the job's result. */
  JobResult result() {
    return WorkflowStub.fromTyped(job()).getResult(JobResult.class);
  }

  /** Waits for something that must come. */
  void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError(what + " did not come: " + job().status());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  /** Waits until the job is in a state. */
  JobStatus await(JobState state) {
    await(state.name(), () -> job().status().state() == state);
    return job().status();
  }

  /** A site that answers a training when it is told to. */
  static final class Gate {
    private final CountDownLatch open = new CountDownLatch(1);
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    Update pass(TrainTask task) {
      try {
        return trainUntilOpen(task);
      } finally {
        ended.countDown();
      }
    }

    private Update trainUntilOpen(TrainTask task) {
      reached.countDown();
      ActivityExecutionContext context = Activity.getExecutionContext();
      try {
        while (!open.await(5, TimeUnit.MILLISECONDS)) {
          context.heartbeat(new TrainingProgress(0, 0, 0, 0));
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return update(task, 10);
    }

    void open() {
      open.countDown();
    }

    void awaitReached() {
      await(reached, "the training");
    }

    /** Waits until the training has ended, or has been told to stop. */
    void awaitEnded() {
      await(ended, "the end of the training");
    }

    private static void await(CountDownLatch latch, String what) {
      try {
        assertThat(latch.await(20, TimeUnit.SECONDS)).as(what).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  Gate gate() {
    return new Gate();
  }

  /** A place where the server stands still until it is told to go on. */
  static final class Halt {
    private final CountDownLatch open = new CountDownLatch(1);
    private final CountDownLatch reached = new CountDownLatch(1);

    void here() {
      reached.countDown();
      try {
        open.await();
      } catch (InterruptedException stopped) {
        throw new IllegalStateException(stopped);
      }
    }

    void open() {
      open.countDown();
    }

    void awaitReached() {
      Gate.await(reached, "the halt");
    }
  }

  /** Starts the worker of a site that was absent. */
  void comeBack(String name) {
    trainers.putIfAbsent(name, task -> update(task, 10));
    WorkerFactory factory = WorkerFactory.newInstance(environment.getWorkflowClient());
    factory.newWorker(new SiteName(name).queue()).registerActivitiesImplementations(new Site(name));
    factory.start();
    later.add(factory);
  }

  /** The manifest that counts for a round. */
  RoundManifest manifest(int round) {
    return manifests.stream()
        .filter(manifest -> manifest.round() == round)
        .reduce((earlier, later) -> later)
        .orElseThrow();
  }

  /** Writes the histories of the test's job and rounds down when it ends. */
  FakeFederation record(TestInfo test) {
    scenario =
        test.getTestClass().orElseThrow().getSimpleName()
            + "."
            + test.getTestMethod().orElseThrow().getName();
    return this;
  }

  /** Runs the job to its end. */
  JobResult run(Map<String, Object> settings) {
    return start(settings).getResult(JobResult.class);
  }

  static Map<String, Object> spec(Map<String, Object> settings) {
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("project", JOB.project());
    spec.put("name", JOB.name());
    spec.put("data", "digits");
    spec.put("model", Map.of("type", "mlp", "inputs", 4, "outputs", 2));
    spec.put("training", new LinkedHashMap<>(Map.of("trainer", "noop")));
    put(spec, "rounds.offlineAfter", "300ms");
    put(spec, "rounds.heartbeat", "1s");
    settings.forEach((path, value) -> put(spec, path, value));
    return spec;
  }

  @SuppressWarnings("unchecked")
  private static void put(Map<String, Object> tree, String path, Object value) {
    int dot = path.indexOf('.');
    if (dot < 0) {
      tree.put(path, value);
    } else {
      put(
          (Map<String, Object>)
              tree.computeIfAbsent(path.substring(0, dot), key -> new LinkedHashMap<>()),
          path.substring(dot + 1),
          value);
    }
  }

  static Update update(TrainTask task, long examples) {
    String path = "rounds/" + task.round() + "/" + task.site();
    return new Update(task.site(), 1, artifact(path), examples, 0.1, 1);
  }

  static Artifact artifact(String path) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(path.getBytes(StandardCharsets.UTF_8));
      return new Artifact(path, Digest.of(digest), 1000);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Lets time pass at once, whatever is scheduled: the server's own skipping waits for activities.
   */
  @SuppressWarnings("deprecation")
  void skip(Duration duration) {
    try {
      InProcessTestServer server = (InProcessTestServer) field(environment, "inProcessServer");
      Object timer = field(server.getWorkflowService(), "selfAdvancingTimer");
      Method skip = timer.getClass().getDeclaredMethod("skip", Duration.class);
      skip.setAccessible(true);
      skip.invoke(timer, duration);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("the server has changed", e);
    }
  }

  private static Object field(Object owner, String name) throws ReflectiveOperationException {
    Field field = owner.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return requireNonNull(field.get(owner), name);
  }

  @Override
  public void close() {
    if (!scenario.isEmpty()) {
      writeHistories();
    }
    later.forEach(WorkerFactory::shutdownNow);
    environment.close();
  }

  /** To be copied to src/test/resources/histories when they change on purpose. */
  private void writeHistories() {
    write(FederatedJob.workflowId(JOB), "job");
    manifests.stream()
        .filter(manifest -> manifest.round() > 0)
        .max(Comparator.comparing((RoundManifest manifest) -> manifest.exclusions().size()))
        .ifPresent(
            manifest ->
                write(FederatedRound.workflowId(JOB, manifest.round(), manifest.take()), "round"));
  }

  private void write(String workflowId, String kind) {
    Path file = Path.of("target/histories", scenario + "." + kind + ".json.gz");
    try {
      String history = environment.getWorkflowClient().fetchHistory(workflowId).toJson(false);
      Files.createDirectories(requireNonNull(file.getParent()));
      try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
        out.write(history.getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Folds the manifests that count up to a round. */
  private Recovered recall(int round) {
    JobSpec spec = JobSpecReader.read(spec(Map.of()));
    List<RoundManifest> lineage = new ArrayList<>();
    for (RoundManifest manifest : List.copyOf(manifests)) {
      lineage.removeIf(earlier -> earlier.round() >= manifest.round());
      lineage.add(manifest);
    }
    JobProgress progress = JobProgress.initial(0, artifact("rounds/0/global"));
    for (RoundManifest manifest : lineage.subList(0, round + 1)) {
      progress = progress.after(RoundResult.of(manifest), spec);
    }
    return new Recovered(Optional.of(progress));
  }

  private Worker worker(String queue) {
    return environment.newWorker(
        queue, WorkerOptions.newBuilder().setDefaultDeadlockDetectionTimeout(60_000).build());
  }

  private final class Site implements PrepareActivities, TrainActivities, EvaluateActivities {
    private final String name;

    Site(String name) {
      this.name = name;
    }

    @Override
    public Readiness prepare(PrepareTask task) {
      return prepare.apply(task);
    }

    @Override
    public Update train(TrainTask task) {
      if (!task.site().value().equals(name)) {
        throw new AssertionError(name + " was sent the task of " + task.site());
      }
      trained.add(task);
      return requireNonNull(trainers.get(name)).apply(task);
    }

    @Override
    public Metrics evaluate(EvaluateTask task) {
      evaluated.add(task);
      return atSite.apply(name, task);
    }
  }

  private final class Models implements ModelActivities, EvaluateActivities {
    @Override
    public Artifact initialize(InitializeTask task) {
      return initialModel.get();
    }

    @Override
    public Metrics evaluate(EvaluateTask task) {
      evaluated.add(task);
      return central.apply(task);
    }
  }

  private final class Server implements ServerActivities {
    @Override
    public void open(OpenTask task) {
      claim.accept(task);
    }

    @Override
    public Aggregation aggregate(AggregateTask task) {
      aggregated.add(task);
      List<Exclusion> refused = quarantine.apply(task);
      List<Contribution> contributions =
          task.updates().stream()
              .filter(update -> refused.stream().noneMatch(e -> e.site().equals(update.site())))
              .map(update -> new Contribution(update, 0, 1.0 / task.updates().size(), 0))
              .collect(Collectors.toCollection(ArrayList::new));
      for (LateUpdate late : task.late()) {
        contributions.add(new Contribution(late.update(), task.round() - late.round(), 0, 0));
      }
      return new Aggregation(
          contributions.size() < task.quorum()
              ? Optional.empty()
              : Optional.of(artifact("rounds/" + task.round() + "/global")),
          Optional.empty(),
          contributions,
          refused,
          task.strategy().name(),
          "fake",
          0,
          0);
    }

    @Override
    public Recovered recover(RecoverTask task) {
      return task.round().isPresent() ? recall.apply(task.round().get()) : recover.apply(task);
    }

    @Override
    public void keep(JobId job, LateUpdate late) {
      kept.add(late);
    }

    @Override
    public void drop(JobId job, LateUpdate late) {
      dropped.add(late);
    }

    @Override
    public void discard(JobId job, int round, int take) {
      discarded.add(round + "." + take);
    }

    @Override
    public Deleted delete(JobId job) {
      return new Deleted(0);
    }

    @Override
    public void checkpoint(RoundManifest manifest, Keep keep) {
      checkpointing.accept(manifest);
      manifests.add(manifest);
    }

    @Override
    public void publish(JobId job) {
      publishing.run();
    }

    @Override
    public void close(JobResult result, Keep keep) {
      closing.accept(result);
      results.add(result);
    }
  }
}
