package io.roundhouse.gateway;

import io.grpc.ManagedChannel;
import io.roundhouse.gateway.Authority.Credentials;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.EmbeddedStore;
import io.roundhouse.storage.StoreConfig;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.testserver.TestServer;
import io.temporal.testserver.TestServer.InProcessTestServer;
import io.temporal.worker.WorkerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Temporal, a store, an authority and gateways, all real, for one test. */
final class TestFederation implements AutoCloseable {
  /** One for all tests: SeaweedFS needs files for each bucket, and has few on a small disk. */
  private static final String BUCKET = "gateway-" + UUID.randomUUID();

  static final Patience PROMPT =
      new Patience(
          Duration.ofSeconds(20),
          Duration.ofSeconds(2),
          Duration.ofSeconds(60),
          Duration.ofSeconds(20),
          Duration.ofMillis(100));

  final Authority authority = new Authority();
  final SealingKeys keys = SealingKeys.random();
  final Path folder;
  final StoreConfig storeConfig;
  final ArtifactStore store;
  final InProcessTestServer temporal;
  private final Credentials identity = authority.server("hub");
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private int gateways;

  TestFederation(Path folder) {
    this.folder = folder;
    storeConfig = storeConfig();
    store = opened(ArtifactStore.connect(storeConfig));
    parts.push(() -> store.deleteAll(store.list("")));
    temporal = opened(TestServer.createServer());
  }

  /** The store that is named outside, in this JVM's bucket, else one in this JVM. */
  private StoreConfig storeConfig() {
    String endpoint = System.getenv("ROUNDHOUSE_TEST_S3_ENDPOINT");
    if (endpoint == null) {
      return opened(EmbeddedStore.start(folder.resolve("store"))).config();
    }
    return new StoreConfig(
        URI.create(endpoint),
        "eu-central-1",
        BUCKET,
        System.getenv("ROUNDHOUSE_TEST_S3_ACCESS_KEY"),
        System.getenv("ROUNDHOUSE_TEST_S3_SECRET_KEY"));
  }

  /** The configuration of the next gateway. */
  GatewayConfig config(ArtifactsMode mode, Limits limits) {
    gateways++;
    return new GatewayConfig(
        "g" + gateways,
        List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
        authority.trust(identity),
        new TemporalTarget.Open(temporal.getChannel(), "default"),
        storeConfig,
        mode,
        keys,
        limits,
        PROMPT,
        audit(),
        folder.resolve("cache" + gateways),
        100 << 20,
        Optional.empty());
  }

  /** The same but for one part, which is known by its type. */
  static GatewayConfig with(GatewayConfig config, Object part) {
    GatewayConfig changed =
        new GatewayConfig(
            config.name(),
            part instanceof List<?> listen
                ? listen.stream().map(InetSocketAddress.class::cast).toList()
                : config.listen(),
            part instanceof Trust trust ? trust : config.trust(),
            part instanceof TemporalTarget temporal ? temporal : config.temporal(),
            part instanceof StoreConfig store ? store : config.store(),
            config.artifacts(),
            config.keys(),
            config.limits(),
            part instanceof Patience patience ? patience : config.patience(),
            config.auditFolder(),
            config.cacheFolder(),
            config.cacheBytes(),
            part instanceof Newcomers newcomers ? Optional.of(newcomers) : config.newcomers());
    if (changed.equals(config)) {
      throw new IllegalArgumentException("not a part, or the same one: " + part);
    }
    return changed;
  }

  Gateway gateway() {
    return gateway(config(ArtifactsMode.RELAY, Limits.DEFAULT));
  }

  Gateway gateway(GatewayConfig config) {
    return opened(Gateway.start(config));
  }

  Path audit() {
    return folder.resolve("audit");
  }

  /** All lines of all gateways' audit logs. */
  String audited() {
    try {
      StringBuilder all = new StringBuilder();
      for (AuditFile file : AuditFile.in(audit())) {
        all.append(Files.readString(file.path()));
      }
      return all.toString();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits until the audit logs say something. */
  void awaitAudited(String text) {
    while (!audited().contains(text)) {
      Thread.onSpinWait();
    }
  }

  /** A client beside the gateway, as the server has. */
  WorkflowClient inside() {
    return client(
        WorkflowServiceStubs.newServiceStubs(
            WorkflowServiceStubsOptions.newBuilder()
                .setChannel(temporal.getChannel())
                .validateAndBuildWithDefaults()));
  }

  ManagedChannel channel(Gateway gateway, Credentials credentials) {
    ManagedChannel channel = Clients.channel(gateway.addresses().get(0), credentials);
    parts.push(
        () -> {
          channel.shutdownNow();
          channel.awaitTermination(1, TimeUnit.SECONDS);
        });
    return channel;
  }

  /** A client of the SDK, as it comes, through a gateway. */
  WorkflowClient through(Gateway gateway, Credentials credentials) {
    return client(stubs(gateway.addresses().get(0), credentials));
  }

  WorkflowServiceStubs stubs(InetSocketAddress address, Credentials credentials) {
    try {
      return WorkflowServiceStubs.newServiceStubs(
          WorkflowServiceStubsOptions.newBuilder()
              .setTarget("127.0.0.1:" + address.getPort())
              .setSystemInfoTimeout(Duration.ofSeconds(60))
              .setRpcTimeout(Duration.ofSeconds(60))
              .setRpcQueryTimeout(Duration.ofSeconds(60))
              .setSslContext(
                  io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts.configure(
                          io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder.forClient()
                              .keyManager(
                                  credentials.keys().getPrivate(),
                                  credentials
                                      .chain()
                                      .toArray(new java.security.cert.X509Certificate[0])))
                      .trustManager(credentials.root())
                      .build())
              .validateAndBuildWithDefaults());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private WorkflowClient client(WorkflowServiceStubs stubs) {
    parts.push(
        () -> {
          stubs.shutdownNow();
          stubs.awaitTermination(2, TimeUnit.SECONDS);
        });
    return WorkflowClient.newInstance(
        stubs, WorkflowClientOptions.newBuilder().setNamespace("default").build());
  }

  WorkerFactory started(WorkerFactory factory) {
    parts.push(
        () -> {
          factory.shutdownNow();
          factory.awaitTermination(5, TimeUnit.SECONDS);
        });
    factory.start();
    return factory;
  }

  <T extends AutoCloseable> T opened(T part) {
    parts.push(part);
    return part;
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
