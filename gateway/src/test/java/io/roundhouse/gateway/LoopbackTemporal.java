package io.roundhouse.gateway;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.HandlerRegistry;
import io.grpc.Server;
import io.grpc.ServerMethodDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Temporal's test server on a port of the loopback interface, which it does not offer itself. */
final class LoopbackTemporal extends HandlerRegistry implements AutoCloseable {
  private final Channel inside;
  private final Server server;

  private LoopbackTemporal(Channel inside, int port) throws IOException {
    this.inside = inside;
    this.server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .fallbackHandlerRegistry(this)
            .directExecutor()
            .build()
            .start();
  }

  static LoopbackTemporal start(Channel inside, int port) throws IOException {
    return new LoopbackTemporal(inside, port);
  }

  int port() {
    return server.getPort();
  }

  @Override
  public ServerMethodDefinition<?, ?> lookupMethod(String method, @Nullable String authority) {
    return ServerMethodDefinition.create(
        Bytes.unary(method),
        ServerCalls.asyncUnaryCall(
            (request, answer) ->
                ClientCalls.asyncUnaryCall(
                    inside.newCall(Bytes.unary(method), CallOptions.DEFAULT), request, answer)));
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
