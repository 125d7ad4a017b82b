package io.roundhouse.node;

import static java.util.Objects.requireNonNull;

import io.roundhouse.connection.KitConnection;
import io.roundhouse.data.DataBinding;
import io.roundhouse.domain.Identity;
import io.roundhouse.domain.SiteName;
import io.roundhouse.kit.Kit;
import io.roundhouse.policy.PolicyFile;
import io.roundhouse.policy.SitePolicy;
import io.roundhouse.site.ComputeSlots;
import io.roundhouse.site.ConnectionLog;
import io.roundhouse.site.ModelCache;
import io.roundhouse.site.Site;
import io.roundhouse.site.SiteActivities;
import io.roundhouse.site.UpdateSigner;
import io.roundhouse.storage.GatewayArtifacts;
import io.roundhouse.terminal.Failure;
import io.roundhouse.workflows.EvaluateActivities;
import io.roundhouse.workflows.PrepareActivities;
import io.roundhouse.workflows.TrainActivities;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A site at work: polls its own task queue through the gateways, and connects to nothing else. */
final class SiteNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SiteNode.class);
  private static final int CACHED_MODELS = 2;

  /** Calls are answered while all slots are at work. */
  private static final int BESIDE_SLOTS = 4;

  /** It polls again while a task is at work; more would only be held by the gateway. */
  private static final int POLLERS = 1;

  /** The gateway asks Temporal again by itself; each new poll of a site costs both of them more. */
  private static final Duration POLL = Duration.ofMinutes(10);

  /** Those of workers tell Temporal how the machine is called and how busy it is. */
  private static final Duration NO_HEARTBEATS = Duration.ofSeconds(-1);

  private static final long GRACE_SECONDS = 10;

  private final JobLog log;
  private final GatewayArtifacts artifacts;
  private final WorkflowServiceStubs stubs;
  private final WorkerFactory workers;

  private SiteNode(
      JobLog log, GatewayArtifacts artifacts, WorkflowServiceStubs stubs, WorkerFactory workers) {
    this.log = log;
    this.artifacts = artifacts;
    this.stubs = stubs;
    this.workers = workers;
  }

  /**
   * Starts it; it goes on by itself whatever becomes of the connection.
   *
   * @throws Failure if it is no site's kit, or its folder cannot be written
   * @throws io.roundhouse.yaml.YamlException if its own files have mistakes
   */
  static SiteNode start(Kit kit) {
    requireSite(kit.identity());
    return start(kit, JobLog.open(run(kit)));
  }

  /** The same with a log that may be shared with other sites of this process. */
  static SiteNode start(Kit kit, JobLog log) {
    requireSite(kit.identity());
    SiteName name = new SiteName(kit.identity().name());
    PolicyFile policy = new PolicyFile(LocalFiles.policy(kit), LocalFiles::readPolicy);
    SitePolicy now = LocalFiles.readPolicy(LocalFiles.policy(kit));
    SortedMap<String, DataBinding> data = LocalFiles.data(kit);
    Path run = run(kit);
    Site site =
        new Site(name, data, run.resolve("work"), policy, Optional.of(new UpdateSigner(kit.key())));
    String place = String.join(", ", KitConnection.addresses(kit));
    GatewayArtifacts artifacts = KitConnection.artifacts(kit);
    WorkflowServiceStubs stubs =
        WorkflowServiceStubs.newServiceStubs(
            KitConnection.temporal(kit, new ConnectionLog(place))
                .setRpcLongPollTimeout(POLL)
                .validateAndBuildWithDefaults());
    WorkerFactory workers =
        WorkerFactory.newInstance(
            WorkflowClient.newInstance(
                stubs,
                WorkflowClientOptions.newBuilder()
                    .setIdentity(kit.identity().uri())
                    .setWorkerHeartbeatInterval(NO_HEARTBEATS)
                    .build()));
    ComputeSlots slots = new ComputeSlots(now.slots().tasks(), now.slots().gpus());
    workers
        .newWorker(
            name.queue(),
            WorkerOptions.newBuilder()
                .setMaxConcurrentActivityTaskPollers(POLLERS)
                .setMaxConcurrentActivityExecutionSize(now.slots().tasks() + BESIDE_SLOTS)
                .build())
        .registerActivitiesImplementations(
            new SiteActivities(
                site, artifacts, new ModelCache(run.resolve("models"), CACHED_MODELS), slots),
            new SiteDescription(site, now.slots().tasks()),
            new SiteLog(site, log));
    SiteNode node = new SiteNode(log, artifacts, stubs, workers);
    LOG.info(
        "site {} of federation {}: data sets {}, gateways {}",
        name,
        kit.identity().federation(),
        data.keySet(),
        place);
    TaskTypes.learn(PrepareActivities.class, TrainActivities.class, EvaluateActivities.class);
    Persistence.until("the gateway " + place, workers::start, node::close);
    LOG.info("site {} is ready", name);
    return node;
  }

  private static void requireSite(Identity identity) {
    if (identity.kind() != Identity.Kind.SITE) {
      throw Failure.badInput(
          "this is the kit of "
              + identity
              + ", perhaps you should name the folder of a site's kit");
    }
  }

  static Path run(Kit kit) {
    try {
      return requireNonNull(kit.run());
    } catch (IOException e) {
      throw Failure.badInput(
          "the kit's folder run cannot be made ("
              + e
              + "), perhaps you should check who owns "
              + kit.folder());
    }
  }

  /** Lets go of what it is at: another attempt goes on from its checkpoint. */
  @Override
  public void close() {
    workers.shutdownNow();
    workers.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS);
    stubs.shutdownNow();
    artifacts.close();
    log.close();
  }
}
