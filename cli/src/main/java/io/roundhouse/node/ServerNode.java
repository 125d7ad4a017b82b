package io.roundhouse.node;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.roundhouse.aggregation.SelectedKernel;
import io.roundhouse.aggregation.Workload;
import io.roundhouse.connection.Connection;
import io.roundhouse.connection.OpenConnection;
import io.roundhouse.connection.SearchAttributes;
import io.roundhouse.domain.Identity;
import io.roundhouse.federation.FederationWorkflows;
import io.roundhouse.gateway.ArtifactsMode;
import io.roundhouse.gateway.Gateway;
import io.roundhouse.gateway.GatewayConfig;
import io.roundhouse.gateway.Limits;
import io.roundhouse.gateway.Patience;
import io.roundhouse.gateway.SealingKeys;
import io.roundhouse.gateway.TemporalTarget;
import io.roundhouse.gateway.TlsMaterial;
import io.roundhouse.gateway.Trust;
import io.roundhouse.kit.Kit;
import io.roundhouse.kit.KitFiles;
import io.roundhouse.kit.RevocationFiles;
import io.roundhouse.node.ServerSettings.Part;
import io.roundhouse.provisioning.Enrolment;
import io.roundhouse.server.CertificateSignatures;
import io.roundhouse.server.StoreActivities;
import io.roundhouse.site.CentralActivities;
import io.roundhouse.site.ComputeSlots;
import io.roundhouse.site.ModelCache;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.terminal.Failure;
import io.roundhouse.workflows.EvaluateActivities;
import io.roundhouse.workflows.FederatedJob;
import io.roundhouse.workflows.FederatedRound;
import io.roundhouse.workflows.JobWorkflows;
import io.roundhouse.workflows.LogActivities;
import io.roundhouse.workflows.LogAnswer;
import io.roundhouse.workflows.ModelActivities;
import io.roundhouse.workflows.PrepareActivities;
import io.roundhouse.workflows.ServerActivities;
import io.roundhouse.workflows.TaskQueues;
import io.roundhouse.workflows.TrainActivities;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server at work, with the parts that its settings name. */
@SuppressWarnings("FutureReturnValueIgnored") // the timer runs until it is stopped
final class ServerNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServerNode.class);
  private static final long DEADLOCK_MILLIS = 10_000;
  private static final int CACHED_MODELS = 2;
  private static final long GRACE_SECONDS = 10;
  private static final long SWEEP_SECONDS = 2;

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Kit kit;
  private final ServerSettings settings;
  private final Path run;

  private ServerNode(Kit kit, ServerSettings settings) {
    this.kit = kit;
    this.settings = settings;
    this.run = SiteNode.run(kit);
  }

  /**
   * Starts it, once Temporal and the store are there.
   *
   * @throws Failure if it is no server's kit
   * @throws io.roundhouse.yaml.YamlException if its settings have mistakes
   * @throws io.roundhouse.gateway.GatewayException if the gateway cannot listen
   */
  static ServerNode start(Kit kit) {
    if (kit.identity().kind() != Identity.Kind.SERVER) {
      throw Failure.badInput(
          "this is the kit of "
              + kit.identity()
              + ", perhaps you should name the folder of a server's kit");
    }
    ServerNode node =
        new ServerNode(kit, ServerSettings.read(kit.local().resolve(KitFiles.SERVER)));
    try {
      node.begin();
    } catch (RuntimeException e) {
      node.close();
      throw e;
    }
    return node;
  }

  private void begin() {
    ServerHealth health = new ServerHealth();
    PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    parts.push(Management.start(settings.management(), health::problems, metrics));
    OpenConnection temporal = temporal();
    ArtifactStore reached = store();
    health.watch(temporal, reached);
    Optional<Gateway> gateway =
        settings.parts().contains(Part.GATEWAY)
            ? Optional.of(gateway(temporal, reached))
            : Optional.empty();
    ArtifactStore store =
        settings.parts().contains(Part.AGGREGATION)
            ? gateway.map(Gateway::keepUploads).map(reached::with).orElse(reached)
            : reached;
    SiteCertificates certificates = new SiteCertificates(kit, store);
    Optional<AuthorityWorker> authority = authority(temporal, store);
    workers(temporal, store, certificates, authority);
    ScheduledExecutorService timer = timer();
    every(timer, health::look);
    authority
        .map(AuthorityWorker::duties)
        .orElse(List.of())
        .forEach(duty -> every(timer(), AuthorityWorker.SECONDS, duty));
    every(
        timer(),
        PublishedRevocations.SECONDS,
        new RepeatedDuty(
            "take the list of revoked certificates from the store",
            new PublishedRevocations(kit, store)));
    every(timer, () -> certificates.note(gateway.map(Gateway::shownBySites).orElseGet(Map::of)));
    gateway.ifPresent(
        its -> {
          ServerMetrics.of(its, metrics);
          every(timer(), book(its, temporal, store)::refresh);
        });
    LOG.info(
        "server {} of federation {} is ready: {}, health and metrics at {}",
        kit.identity().name(),
        kit.identity().federation(),
        settings.work(),
        settings.management());
  }

  private SiteBook book(Gateway gateway, OpenConnection temporal, ArtifactStore store) {
    Identity server = kit.identity();
    return new SiteBook(gateway, temporal.client(), store, server.federation(), server.name());
  }

  private OpenConnection temporal() {
    Connection connection = connection(settings.temporal());
    OpenConnection[] open = new OpenConnection[1];
    Persistence.until(
        "Temporal at " + connection,
        () -> {
          OpenConnection temporal = OpenConnection.forWorkers(connection);
          try {
            if (settings.parts().contains(Part.WORKFLOWS)) {
              SearchAttributes.declare(temporal);
            }
          } catch (RuntimeException e) {
            temporal.close();
            throw e;
          }
          open[0] = temporal;
        },
        () -> {});
    parts.push(open[0]);
    return open[0];
  }

  static Connection connection(ServerSettings.Temporal temporal) {
    return new Connection(
        temporal.address(),
        temporal.namespace(),
        temporal
            .tls()
            .map(
                tls ->
                    new Connection.Tls(
                        Optional.of(tls.certificate()),
                        Optional.of(tls.key()),
                        Optional.of(tls.authority()),
                        tls.serverName())));
  }

  private ArtifactStore store() {
    ArtifactStore[] open = new ArtifactStore[1];
    Persistence.until(
        "the store at " + settings.store().endpoint(),
        () -> {
          open[0] = ArtifactStore.connect(settings.store());
          parts.push(open[0]);
        },
        () -> {});
    return open[0];
  }

  private Optional<AuthorityWorker> authority(OpenConnection temporal, ArtifactStore store) {
    if (!settings.parts().contains(Part.CA)) {
      return Optional.empty();
    }
    AuthorityWorker authority =
        new AuthorityWorker(
            AuthorityWorker.authority(settings.authority().orElseThrow(), kit),
            temporal.client(),
            store);
    parts.push(authority);
    return Optional.of(authority);
  }

  private void workers(
      OpenConnection temporal,
      ArtifactStore store,
      SiteCertificates sites,
      Optional<AuthorityWorker> authority) {
    WorkerFactory workers = WorkerFactory.newInstance(temporal.client());
    if (settings.parts().contains(Part.WORKFLOWS)) {
      Worker worker =
          workers.newWorker(
              TaskQueues.SERVER,
              WorkerOptions.newBuilder()
                  .setDefaultDeadlockDetectionTimeout(DEADLOCK_MILLIS)
                  .build());
      JobWorkflows.registerWith(worker);
      FederationWorkflows.registerWith(worker);
    }
    authority.ifPresent(its -> its.registerWith(workers));
    if (settings.parts().contains(Part.AGGREGATION)) {
      SelectedKernel kernel =
          SelectedKernel.select(
              settings.kernel(), new Workload(Workload.Operation.WEIGHTED_SUM, 8, 1 << 20));
      LOG.info("aggregation: {}", kernel.reason());
      workers
          .newWorker(TaskQueues.AGGREGATE)
          .registerActivitiesImplementations(
              new StoreActivities(
                  store, kernel, run.resolve("work"), new CertificateSignatures(sites)));
    }
    if (settings.parts().contains(Part.MODEL)) {
      workers
          .newWorker(TaskQueues.MODEL)
          .registerActivitiesImplementations(
              new CentralActivities(
                  LocalFiles.data(kit),
                  run.resolve("central"),
                  store,
                  new ModelCache(run.resolve("models"), CACHED_MODELS),
                  ComputeSlots.forThisMachine()));
    }
    JobLog log = JobLog.open(run);
    parts.push(log);
    String name = kit.identity().name();
    LogActivities answers = task -> new LogAnswer(name, log.lines(task), Optional.empty());
    workers.newWorker(TaskQueues.log(name)).registerActivitiesImplementations(answers);
    TaskTypes.learn(
        FederatedJob.class,
        FederatedRound.class,
        PrepareActivities.class,
        TrainActivities.class,
        EvaluateActivities.class,
        ModelActivities.class,
        ServerActivities.class);
    workers.start();
    parts.push(
        () -> {
          workers.shutdownNow();
          workers.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS);
        });
  }

  private Gateway gateway(OpenConnection temporal, ArtifactStore store) {
    RevocationFiles revocations = kit.revocations();
    GatewayConfig config =
        new GatewayConfig(
            kit.identity().name(),
            List.of(address(settings.listen())),
            new Trust(
                kit.identity().federation(),
                () ->
                    TlsMaterial.read(
                        kit.file(KitFiles.CHAIN), kit.file(KitFiles.KEY), kit.file(KitFiles.ROOT)),
                () -> revocations.get().lists()),
            new TemporalTarget.Server(
                settings.temporal().address(),
                settings
                    .temporal()
                    .tls()
                    .map(tls -> TlsMaterial.read(tls.certificate(), tls.key(), tls.authority())),
                settings.temporal().namespace()),
            settings.store(),
            settings.direct() ? ArtifactsMode.DIRECT : ArtifactsMode.RELAY,
            SealingKeys.read(settings.sealing()),
            Limits.DEFAULT,
            Patience.DEFAULT,
            run.resolve("audit"),
            run.resolve("cache"),
            GatewayConfig.CACHE_BYTES,
            settings.enrolment() ? Optional.of(enrolments(temporal, store)) : Optional.empty());
    Gateway gateway = Gateway.start(config);
    parts.push(gateway);
    return gateway;
  }

  private Enrolments enrolments(OpenConnection temporal, ArtifactStore store) {
    try {
      return new Enrolments(
          new Enrolment(
              kit.identity().federation(),
              Files.readString(settings.sealing(), StandardCharsets.US_ASCII),
              temporal.client(),
              store,
              Clock.systemUTC()));
    } catch (IOException e) {
      throw Failure.badInput(
          settings.sealing() + " cannot be read, perhaps you should check its permissions");
    }
  }

  private ScheduledExecutorService timer() {
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(ServerNode::daemon);
    parts.push(timer::shutdownNow);
    return timer;
  }

  static InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    return new InetSocketAddress(
        text.substring(0, colon).replaceAll("^\\[|]$", ""),
        Integer.parseInt(text.substring(colon + 1)));
  }

  private static void every(ScheduledExecutorService timer, Runnable task) {
    every(timer, SWEEP_SECONDS, task);
  }

  private static void every(ScheduledExecutorService timer, long seconds, Runnable task) {
    timer.scheduleWithFixedDelay(
        () -> {
          try {
            task.run();
          } catch (RuntimeException e) {
            LOG.debug("tried again soon: {}", e.toString());
          }
        },
        0,
        seconds,
        TimeUnit.SECONDS);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "roundhouse-server");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        LOG.warn("a part of the server did not close: {}", e.toString());
      }
    }
  }
}
