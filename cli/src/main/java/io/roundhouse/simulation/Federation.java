package io.roundhouse.simulation;

import io.roundhouse.aggregation.SelectedKernel;
import io.roundhouse.data.DataBinding;
import io.roundhouse.data.LoadedData;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.SiteName;
import io.roundhouse.server.StoreActivities;
import io.roundhouse.site.CentralActivities;
import io.roundhouse.site.ComputeSlots;
import io.roundhouse.site.ModelCache;
import io.roundhouse.site.Site;
import io.roundhouse.site.SiteActivities;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.EmbeddedStore;
import io.roundhouse.workflows.FederatedJob;
import io.roundhouse.workflows.FederatedJobImpl;
import io.roundhouse.workflows.FederatedRoundImpl;
import io.roundhouse.workflows.JobInput;
import io.roundhouse.workflows.TaskQueues;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Temporal, the store, the server's workers and one worker per site, all in this JVM. The sites run
 * the code of real sites and see of each other what real sites see: nothing.
 */
public final class Federation implements AutoCloseable {
  private static final long DEADLOCK_MILLIS = 10_000;
  private static final int CACHED_MODELS = 4;

  private final EmbeddedTemporal temporal;
  private final EmbeddedStore objects;
  private final ArtifactStore store;
  private final Path work;
  private final ComputeSlots slots = ComputeSlots.forThisMachine();
  private final List<WorkerFactory> factories = new ArrayList<>();

  private Federation(EmbeddedTemporal temporal, EmbeddedStore objects, Path work) {
    this.temporal = temporal;
    this.objects = objects;
    this.work = work;
    store = ArtifactStore.connect(objects.config());
  }

  /**
   * Starts everything.
   *
   * @param folder where the store keeps its objects
   * @param data binds a data set's name to the rows of each site and of the server
   * @param name the name that job specs give that data set
   * @param kernel what aggregates
   */
  public static Federation start(
      Path folder, SimulatedData data, String name, SelectedKernel kernel) {
    CompletableFuture<EmbeddedTemporal> temporal =
        CompletableFuture.supplyAsync(EmbeddedTemporal::start);
    Path work = temporaryFolder();
    Federation federation = new Federation(temporal.join(), EmbeddedStore.start(folder), work);
    federation.startServer(data.server(), name, kernel);
    federation.startSites(data, name);
    return federation;
  }

  /** The server's store. */
  public ArtifactStore store() {
    return store;
  }

  /** A client of the in-process Temporal. */
  public WorkflowClient client() {
    return temporal.client();
  }

  /** Starts a job over the given sites. */
  public WorkflowStub submit(JobId job, Map<String, Object> spec, List<SiteName> sites) {
    WorkflowStub stub =
        client()
            .newUntypedWorkflowStub(
                "FederatedJob",
                WorkflowOptions.newBuilder()
                    .setWorkflowId(FederatedJob.workflowId(job))
                    .setTaskQueue(TaskQueues.SERVER)
                    .build());
    stub.start(new JobInput(spec, sites.stream().map(SiteName::value).toList()));
    return stub;
  }

  @Override
  public void close() {
    factories.forEach(WorkerFactory::shutdownNow);
    factories.forEach(factory -> factory.awaitTermination(2, TimeUnit.SECONDS));
    temporal.close();
    store.close();
    objects.close();
    deleteFolder(work);
  }

  private void startServer(LoadedData rows, String data, SelectedKernel kernel) {
    WorkerFactory factory = WorkerFactory.newInstance(client());
    factory
        .newWorker(
            TaskQueues.SERVER,
            WorkerOptions.newBuilder().setDefaultDeadlockDetectionTimeout(DEADLOCK_MILLIS).build())
        .registerWorkflowImplementationTypes(FederatedJobImpl.class, FederatedRoundImpl.class);
    factory
        .newWorker(TaskQueues.AGGREGATE)
        .registerActivitiesImplementations(
            new StoreActivities(store, kernel, work.resolve("server")));
    factory
        .newWorker(TaskQueues.MODEL)
        .registerActivitiesImplementations(
            new CentralActivities(
                Map.of(data, new DataBinding.Memory(rows)),
                work.resolve("central"),
                store,
                cache("central"),
                slots));
    factory.start();
    factories.add(factory);
  }

  private void startSites(SimulatedData data, String name) {
    ModelCache cache = cache("models");
    WorkerOptions oneTask =
        WorkerOptions.newBuilder()
            .setMaxConcurrentActivityTaskPollers(1)
            .setMaxConcurrentActivityExecutionSize(2)
            .build();
    List<WorkerFactory> started =
        data.sites().entrySet().parallelStream()
            .map(
                entry -> {
                  Site site =
                      new Site(
                          entry.getKey(),
                          Map.of(name, new DataBinding.Memory(entry.getValue())),
                          work.resolve(entry.getKey().queue()));
                  WorkerFactory factory = WorkerFactory.newInstance(client());
                  factory
                      .newWorker(entry.getKey().queue(), oneTask)
                      .registerActivitiesImplementations(
                          new SiteActivities(site, store, cache, slots));
                  factory.start();
                  return factory;
                })
            .toList();
    factories.addAll(started);
  }

  private ModelCache cache(String name) {
    return new ModelCache(work.resolve(name), CACHED_MODELS);
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("roundhouse-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void deleteFolder(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
