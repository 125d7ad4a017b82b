package io.roundhouse.gateway;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.roundhouse.domain.SiteName;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.LocalCopies;
import io.roundhouse.storage.PresignedUrl;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one port of a federation: mutual TLS 1.3, HTTP/2 for Temporal's gRPC and HTTP/1.1 for
 * artifacts. Several gateways with the same sealing keys can stand side by side.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the timer runs until it is stopped
public final class Gateway implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
  private static final int BACKLOG = 4096;
  private static final long AUDIT_FILE_BYTES = 64L << 20;
  private static final int STORE_THREADS = 8;
  private static final int NEWCOMER_THREADS = 4;
  private static final int KIT_THREADS = 2;
  private static final Duration RECONNECT = Duration.ofSeconds(1);

  /** S3 takes no more in one request. */
  private static final long MOST_PUT_BYTES = 5L << 30;

  private static final long PART_BYTES = 64L << 20;

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final List<Channel> listening = new ArrayList<>();
  private final Trust trust;
  private final RevocationLists revoked;
  private final FederationTrust federation;
  private final Connections connections;
  private final PollGate polls;
  private final ArtifactCache cache;
  private final UploadCopies uploads;
  private final boolean newcomers;
  private final Presence presence = new Presence();
  private TlsMaterial material;
  private volatile SslContext tls;

  /**
   * Starts a gateway, which answers when this returns.
   *
   * @throws GatewayException if a port is taken, a folder cannot be used, or a certificate is wrong
   * @throws io.roundhouse.storage.StorageException if the store does not answer
   */
  public static Gateway start(GatewayConfig config) {
    return start(config, MOST_PUT_BYTES, PART_BYTES);
  }

  /** Larger uploads than {@code mostPutBytes} go in parts. */
  static Gateway start(GatewayConfig config, long mostPutBytes, long partBytes) {
    return new Gateway(config, mostPutBytes, partBytes);
  }

  private Gateway(GatewayConfig config, long mostPutBytes, long partBytes) {
    trust = config.trust();
    material = trust.material().get();
    revoked = new RevocationLists(trust.revoked());
    revoked.refresh();
    if (revoked.isEmpty()) {
      throw new GatewayException(
          "there is no revocation list, perhaps you should put the certificate authority's"
              + " crl.pem into the kit");
    }
    federation =
        new FederationTrust(trust.federation(), trust.identities(), revoked, material.roots());
    newcomers = config.newcomers().isPresent();
    tls = Tls.server(material, federation, newcomers);
    try {
      Limits limits = config.limits();
      AuditLog audit = opened(AuditLog.open(config.auditFolder(), config.name(), AUDIT_FILE_BYTES));
      connections = new Connections(limits, federation, audit);
      ArtifactStore store = opened(ArtifactStore.connect(config.store()));
      ExecutorService blocking = pool("store", STORE_THREADS);
      long cacheBytes = config.cacheBytes() / 2;
      cache = opened(new ArtifactCache(config.cacheFolder(), cacheBytes, store, blocking));
      Path kept = config.cacheFolder().resolve("uploads");
      uploads = new UploadCopies(kept, cacheBytes, System::nanoTime);
      Temporal temporal = opened(Temporal.of(config.temporal()));
      ScheduledThreadPoolExecutor timer = timer();
      polls = new PollGate(limits.forwardedPolls(), timer);
      TaskTokens tokens = new TaskTokens(config.keys());
      EndedTasks ended = new EndedTasks();
      Owners owners = new Owners(temporal);
      RpcRegistry registry =
          new RpcRegistry(
              List.of(
                  new SiteRpcs(temporal, tokens, ended, polls, presence, limits.payloadBytes())),
              List.of(
                  new OperatorReads(temporal),
                  new OperatorOrders(temporal, owners, this::organisation),
                  new OperatorSchedules(temporal, owners)),
              audit);
      EventLoopGroup inside = group("rpc", LocalIoHandler.newFactory());
      EventLoopGroup outside = group("io", NioIoHandler.newFactory());
      parts.push(connections::closeAll);
      RpcServer rpcs = opened(RpcServer.start(registry, limits, config.patience(), inside));
      ArtifactDesk artifacts =
          new ArtifactDesk(
              config.artifacts(),
              store,
              new StoreClient(config.store(), config.patience()),
              new StoreSlots(limits.storeRequests()),
              new PresignedUrl(config.store()),
              cache,
              uploads,
              tokens,
              ended,
              audit,
              blocking,
              mostPutBytes,
              partBytes);
      listen(
          config,
          outside,
          new FrontDoor(
              () -> tls,
              connections,
              rpcs,
              inside,
              artifacts,
              config
                  .newcomers()
                  .map(
                      theirs ->
                          new EnrolmentDesk(
                              theirs,
                              audit,
                              pool("newcomers", NEWCOMER_THREADS),
                              pool("kits", KIT_THREADS))),
              config.patience(),
              audit));
      every(timer, config.patience().sweep(), this::sweep);
      every(timer, RECONNECT, temporal::retryConnection);
      LOG.info("gateway {} listens on {}, TLS by {}", config.name(), addresses(), Tls.provider());
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void listen(GatewayConfig config, EventLoopGroup group, FrontDoor door) {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childHandler(door);
    for (InetSocketAddress address : config.listen()) {
      ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
      if (!bound.isSuccess()) {
        throw new GatewayException(
            "the gateway cannot listen on "
                + address
                + " ("
                + bound.cause()
                + "), perhaps you should see what else uses the port",
            bound.cause());
      }
      listening.add(bound.channel());
      parts.push(() -> bound.channel().close().awaitUninterruptibly());
    }
  }

  /** Where it listens, in the order of the configuration. */
  public List<InetSocketAddress> addresses() {
    return listening.stream().map(it -> (InetSocketAddress) it.localAddress()).toList();
  }

  /** Who is here and how much is going on. */
  public GatewayStatus status() {
    return new GatewayStatus(
        connections.all().stream().map(Connection::caller).toList(),
        presence.all(),
        polls.forwarded(),
        polls.held());
  }

  /**
   * What passes through this gateway, for an aggregation in the same process, which need not fetch
   * it from the store. From now on uploads are kept until they are read.
   */
  public LocalCopies keepUploads() {
    uploads.want();
    return new CopiesAtHand(cache, uploads);
  }

  /** The certificates that each site has shown last since this was started, the leaf first. */
  public Map<SiteName, List<X509Certificate>> shownBySites() {
    return connections.chains();
  }

  /** Stops listening, cuts what is under way, and frees everything. */
  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        LOG.warn("a part of the gateway did not close: {}", e.toString());
      }
    }
  }

  private Optional<String> organisation(SiteName site) {
    return trust.organisations().apply(site).or(() -> connections.organisation(site));
  }

  private void sweep() {
    try {
      TlsMaterial newest = trust.material().get();
      if (!newest.equals(material)) {
        SslContext renewed = Tls.server(newest, federation, newcomers);
        federation.trust(newest.roots());
        tls = renewed;
        material = newest;
        LOG.info("the gateway shows a new certificate: {}", newest);
      }
    } catch (RuntimeException e) {
      LOG.warn("the gateway keeps its certificate: {}", e.getMessage());
    }
    revoked.refresh();
    connections.sweep();
  }

  private static void every(ScheduledThreadPoolExecutor timer, Duration time, Runnable what) {
    timer.scheduleWithFixedDelay(
        () -> {
          try {
            what.run();
          } catch (RuntimeException e) {
            LOG.error("a look at the gateway failed", e);
          }
        },
        time.toMillis(),
        time.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  private <T extends AutoCloseable> T opened(T part) {
    parts.push(part);
    return part;
  }

  private ScheduledThreadPoolExecutor timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1, new DefaultThreadFactory("roundhouse-gateway-timer", true));
    timer.setRemoveOnCancelPolicy(true);
    parts.push(timer::shutdownNow);
    return timer;
  }

  private ExecutorService pool(String name, int threads) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new DefaultThreadFactory("roundhouse-gateway-" + name, true));
    pool.allowCoreThreadTimeOut(true);
    parts.push(pool::shutdownNow);
    return pool;
  }

  private EventLoopGroup group(String name, io.netty.channel.IoHandlerFactory io) {
    EventLoopGroup group =
        new MultiThreadIoEventLoopGroup(
            Math.max(2, Math.min(8, Runtime.getRuntime().availableProcessors())),
            new DefaultThreadFactory("roundhouse-gateway-" + name, true),
            io);
    parts.push(() -> group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly());
    return group;
  }
}
