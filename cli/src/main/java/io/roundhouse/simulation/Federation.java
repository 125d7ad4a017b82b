package io.roundhouse.simulation;

import static java.util.Objects.requireNonNull;

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
import io.roundhouse.storage.StoreConfig;
import io.roundhouse.workflows.FederatedJob;
import io.roundhouse.workflows.JobInput;
import io.roundhouse.workflows.JobMemo;
import io.roundhouse.workflows.JobWorkflows;
import io.roundhouse.workflows.TaskQueues;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Temporal, the store, the server's workers and one worker per site, all in this JVM. The sites run
 * the code of real sites and see of each other what real sites see: nothing.
 */
public final class Federation implements AutoCloseable {
  private static final long DEADLOCK_MILLIS = 10_000;
  private static final int CACHED_MODELS = 4;
  private static final long PATIENCE_SECONDS = 2;
  private static final String WORK = "work";

  /** After how long another worker gets the workflow task that a dead one was at. */
  private static final Duration TASK_OF_A_DEAD_WORKER = Duration.ofSeconds(1);

  private final TemporalService temporal;
  private final boolean ownsTemporal;
  private final Path folder;
  private final EmbeddedStore objects;
  private final ArtifactStore store;
  private final ArtifactStore reached;
  private final Path work;
  private final ComputeSlots slots = ComputeSlots.forThisMachine();
  private final WorkerProcess.Disturbed disturbed;
  private final WorkerProcess workflows;
  private final WorkerProcess server;
  private final Map<SiteName, WorkerProcess> sites = new TreeMap<>();

  private Federation(
      TemporalService temporal,
      boolean ownsTemporal,
      Path folder,
      EmbeddedStore objects,
      SimulatedData data,
      String name,
      SelectedKernel kernel,
      Disturbance disturbance) {
    this.temporal = temporal;
    this.ownsTemporal = ownsTemporal;
    this.folder = folder.toAbsolutePath().normalize();
    this.objects = objects;
    work = temporal.outlivesThisProcess() ? folder.resolve(WORK) : temporaryFolder();
    store = ArtifactStore.connect(objects.config());
    StoreConfig config = disturbance.store(objects.config());
    reached = config.equals(objects.config()) ? store : ArtifactStore.connect(config);
    disturbed = disturbed(disturbance);
    workflows = new WorkerProcess(temporal, disturbed, Federation::workflows);
    server = new WorkerProcess(temporal, disturbed, workers -> server(workers, data, name, kernel));
    ModelCache models = cache("models");
    data.sites()
        .forEach(
            (site, rows) ->
                sites.put(
                    site,
                    new WorkerProcess(
                        temporal,
                        disturbed,
                        workers -> site(workers, site, name, rows, data, models))));
  }

  /**
   * Starts everything, with a Temporal in this JVM.
   *
   * @param folder where the store keeps its objects
   * @param data binds a data set's name to the rows of each site and of the server
   * @param name the name that job specs give that data set
   * @param kernel what aggregates
   */
  public static Federation start(
      Path folder, SimulatedData data, String name, SelectedKernel kernel) {
    return start(folder, data, name, kernel, Disturbance.NONE);
  }

  /** Starts everything, and lets a disturbance, which the caller closes, take part. */
  public static Federation start(
      Path folder,
      SimulatedData data,
      String name,
      SelectedKernel kernel,
      Disturbance disturbance) {
    return start(folder, data, name, kernel, disturbance, TemporalService.embedded(), true);
  }

  /**
   * Starts everything but Temporal, which the caller closes. With one that outlives this JVM, what
   * sites keep on their disks stays in the folder if the JVM is killed, and is there again when
   * they start anew.
   */
  public static Federation start(
      Path folder,
      SimulatedData data,
      String name,
      SelectedKernel kernel,
      Disturbance disturbance,
      TemporalService temporal) {
    return start(folder, data, name, kernel, disturbance, temporal, false);
  }

  private static Federation start(
      Path folder,
      SimulatedData data,
      String name,
      SelectedKernel kernel,
      Disturbance disturbance,
      TemporalService temporal,
      boolean ownsTemporal) {
    EmbeddedStore objects = EmbeddedStore.start(folder);
    Federation federation =
        new Federation(temporal, ownsTemporal, folder, objects, data, name, kernel, disturbance);
    federation.workflows.start();
    federation.server.start();
    federation.sites.values().parallelStream().forEach(WorkerProcess::start);
    return federation;
  }

  /** The server's store. */
  public ArtifactStore store() {
    return store;
  }

  /** A client of its Temporal. */
  public WorkflowClient client() {
    return temporal.client();
  }

  /** Starts a job over the given sites. */
  public WorkflowStub submit(JobId job, Map<String, Object> spec, List<SiteName> sites) {
    return start(job, new JobInput(spec, names(sites)));
  }

  /** Starts a job that goes on from what the store has of an earlier one of its name. */
  public WorkflowStub recover(JobId job, Map<String, Object> spec, List<SiteName> sites) {
    return start(job, JobInput.recovering(spec, names(sites)));
  }

  private static List<String> names(List<SiteName> sites) {
    return sites.stream().map(SiteName::value).toList();
  }

  private WorkflowStub start(JobId job, JobInput input) {
    WorkflowOptions.Builder options =
        WorkflowOptions.newBuilder()
            .setWorkflowId(FederatedJob.workflowId(job))
            .setTaskQueue(TaskQueues.SERVER);
    if (temporal.outlivesThisProcess()) {
      options.setMemo(
          Map.of(JobMemo.STORE, folder.toString(), JobMemo.STARTED, Instant.now().toString()));
    }
    if (disturbed.mortal()) {
      options.setWorkflowTaskTimeout(TASK_OF_A_DEAD_WORKER);
    }
    WorkflowStub stub = client().newUntypedWorkflowStub("FederatedJob", options.build());
    stub.start(input);
    return stub;
  }

  /**
   * Ends a site as a crash does: it reports nothing any more. Its files stay.
   *
   * @throws IllegalStateException if the federation was started without a disturbance
   */
  public void kill(SiteName site) {
    process(site).kill();
  }

  /**
   * Cuts a site off from Temporal but not from the store: it is taken for dead, and works on.
   *
   * @throws IllegalStateException if the federation was started without a disturbance
   */
  public void isolate(SiteName site) {
    process(site).isolate();
  }

  /** Starts a site again, once all that it did before it was killed has ended. */
  public void revive(SiteName site) {
    process(site).start();
  }

  /**
   * Ends the workflow worker as a crash does, with the task that it is at and all that it has in
   * its cache, and starts another one.
   *
   * @throws IllegalStateException if the federation was started without a disturbance
   */
  public synchronized void replaceWorkflowWorker() {
    temporal.takeBack(workflows.kill());
    workflows.start();
  }

  @Override
  public void close() {
    Stream.concat(Stream.of(workflows, server), sites.values().stream())
        .peek(WorkerProcess::close)
        .toList()
        .forEach(process -> process.await(PATIENCE_SECONDS));
    if (ownsTemporal) {
      temporal.close();
    }
    if (reached != store) {
      reached.close();
    }
    store.close();
    objects.close();
    deleteFolder(work);
  }

  private WorkerProcess process(SiteName site) {
    return requireNonNull(sites.get(site), () -> "there is no site " + site);
  }

  private WorkerProcess.Disturbed disturbed(Disturbance disturbance) {
    WorkerFactoryOptions.Builder options = WorkerFactoryOptions.newBuilder();
    boolean mortal = disturbance != Disturbance.NONE;
    if (mortal) {
      options.setWorkerInterceptors(new DisturbedActivities(this, disturbance));
    }
    return new WorkerProcess.Disturbed(mortal, options.build());
  }

  private static void workflows(WorkerFactory workers) {
    JobWorkflows.registerWith(
        workers.newWorker(
            TaskQueues.SERVER,
            WorkerOptions.newBuilder()
                .setDefaultDeadlockDetectionTimeout(DEADLOCK_MILLIS)
                .build()));
  }

  private void server(
      WorkerFactory workers, SimulatedData data, String name, SelectedKernel kernel) {
    workers
        .newWorker(TaskQueues.AGGREGATE)
        .registerActivitiesImplementations(
            new StoreActivities(reached, kernel, work.resolve("server")));
    workers
        .newWorker(TaskQueues.MODEL)
        .registerActivitiesImplementations(
            new CentralActivities(
                Map.of(name, new DataBinding.Memory(data.server())),
                data.programs(),
                work.resolve("central"),
                reached,
                cache("central"),
                slots));
  }

  private void site(
      WorkerFactory workers,
      SiteName name,
      String set,
      LoadedData rows,
      SimulatedData data,
      ModelCache models) {
    Site site =
        Site.simulated(
            name,
            Map.of(set, new DataBinding.Memory(rows)),
            work.resolve(name.queue()),
            data.programs());
    workers
        .newWorker(
            name.queue(),
            WorkerOptions.newBuilder()
                .setMaxConcurrentActivityTaskPollers(1)
                .setMaxConcurrentActivityExecutionSize(2)
                .build())
        .registerActivitiesImplementations(new SiteActivities(site, reached, models, slots));
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
