package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Aggregation;
import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Contribution;
import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Update;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerOptions;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A whole federation whose sites and server only keep the books, on a server that skips time while
 * no activity is scheduled.
 */
final class FakeFederation implements AutoCloseable {
  static final JobId JOB = new JobId("test", "job");

  final TestWorkflowEnvironment environment;
  final List<TrainTask> trained = Collections.synchronizedList(new ArrayList<>());
  final List<EvaluateTask> evaluated = Collections.synchronizedList(new ArrayList<>());
  final List<AggregateTask> aggregated = Collections.synchronizedList(new ArrayList<>());
  final List<RoundManifest> manifests = Collections.synchronizedList(new ArrayList<>());
  final List<JobResult> results = Collections.synchronizedList(new ArrayList<>());
  final Map<String, Function<TrainTask, Update>> trainers = new LinkedHashMap<>();
  Consumer<OpenTask> claim = task -> {};
  Function<EvaluateTask, Metrics> central = task -> new Metrics(0.5, 1, 100);
  Function<AggregateTask, List<Exclusion>> quarantine = task -> List.of();

  FakeFederation() {
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
    worker(TaskQueues.SERVER)
        .registerWorkflowImplementationTypes(FederatedJobImpl.class, FederatedRoundImpl.class);
    worker(TaskQueues.AGGREGATE).registerActivitiesImplementations(new Server());
    worker(TaskQueues.MODEL).registerActivitiesImplementations(new Models());
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
    stub.start(new JobInput(spec(settings), List.copyOf(trainers.keySet())));
    return stub;
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

  @Override
  public void close() {
    environment.close();
  }

  private Worker worker(String queue) {
    return environment.newWorker(
        queue, WorkerOptions.newBuilder().setDefaultDeadlockDetectionTimeout(60_000).build());
  }

  private final class Site implements TrainActivities, EvaluateActivities {
    private final String name;

    Site(String name) {
      this.name = name;
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
      return new Metrics(0.25, 2, name.length());
    }
  }

  private final class Models implements ModelActivities, EvaluateActivities {
    @Override
    public Artifact initialize(InitializeTask task) {
      return artifact("rounds/0/global");
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
              .map(update -> new Contribution(update, 1.0 / task.updates().size(), 0))
              .toList();
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
    public void checkpoint(RoundManifest manifest) {
      manifests.add(manifest);
    }

    @Override
    public void publish(JobId job) {}

    @Override
    public void close(JobResult result) {
      results.add(result);
    }
  }
}
