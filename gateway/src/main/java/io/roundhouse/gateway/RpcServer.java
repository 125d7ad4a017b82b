package io.roundhouse.gateway;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Server;
import io.grpc.ServerTransportFilter;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalServerChannel;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The gRPC server behind the TLS port. It listens inside this JVM only: each decrypted connection
 * is handed to it under an address of its own, by which it knows whose it is.
 */
final class RpcServer implements AutoCloseable {
  static final Attributes.Key<Connection> CONNECTION = Attributes.Key.create("connection");

  private static final int METADATA_BYTES = 16 << 10;
  private static final int WINDOW_BYTES = 1 << 20;
  private static final int RESETS = 200;

  /** Logs a stack for each message that claims to be too large: anybody could fill the disk. */
  private static final Logger STREAMS = Logger.getLogger("io.grpc.netty.NettyServerStream");

  private static final AtomicLong NUMBERS = new AtomicLong();

  private final LocalAddress address = new LocalAddress("gateway-" + NUMBERS.incrementAndGet());
  private final Map<String, Connection> arriving = new ConcurrentHashMap<>();
  private final Server server;

  private RpcServer(RpcRegistry registry, Limits limits, Patience patience, EventLoopGroup group) {
    STREAMS.setLevel(Level.OFF);
    server =
        NettyServerBuilder.forAddress(address)
            .channelType(LocalServerChannel.class)
            .bossEventLoopGroup(group)
            .workerEventLoopGroup(group)
            .directExecutor()
            .fallbackHandlerRegistry(registry)
            .addTransportFilter(new Recognition())
            .maxInboundMessageSize(limits.requestBytes())
            .maxInboundMetadataSize(METADATA_BYTES)
            .maxConcurrentCallsPerConnection(limits.callsPerCaller() + limits.pollsPerSite())
            .maxRstFramesPerWindow(RESETS, 10)
            .flowControlWindow(WINDOW_BYTES)
            .handshakeTimeout(patience.head().toMillis(), TimeUnit.MILLISECONDS)
            .maxConnectionIdle(patience.idle().toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveTime(1, TimeUnit.MINUTES)
            .keepAliveTimeout(20, TimeUnit.SECONDS)
            .permitKeepAliveTime(10, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .build();
  }

  static RpcServer start(
      RpcRegistry registry, Limits limits, Patience patience, EventLoopGroup group) {
    RpcServer server = new RpcServer(registry, limits, patience, group);
    try {
      server.server.start();
      return server;
    } catch (IOException e) {
      throw new GatewayException("the gRPC server cannot start (" + e + ")", e);
    }
  }

  /** Where decrypted connections go. */
  LocalAddress address() {
    return address;
  }

  /** An address for one connection to come from. */
  LocalAddress announce(Connection connection) {
    LocalAddress from = new LocalAddress(address.id() + "-" + NUMBERS.incrementAndGet());
    arriving.put(from.id(), connection);
    return from;
  }

  void forget(LocalAddress from) {
    arriving.remove(from.id());
  }

  /** Lets running calls finish for a moment, then cuts them. */
  @Override
  public void close() {
    server.shutdown();
    try {
      if (!server.awaitTermination(100, TimeUnit.MILLISECONDS)) {
        server.shutdownNow();
        server.awaitTermination(1, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private final class Recognition extends ServerTransportFilter {
    @Override
    public Attributes transportReady(Attributes transport) {
      if (transport.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) instanceof LocalAddress from) {
        Connection connection = arriving.remove(from.id());
        if (connection != null) {
          return transport.toBuilder().set(CONNECTION, connection).build();
        }
      }
      return transport;
    }
  }
}
