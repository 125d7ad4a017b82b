package io.roundhouse.operate;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.HandlerRegistry;
import io.grpc.InsecureServerCredentials;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.ServerMethodDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.temporal.testserver.TestServer;
import io.temporal.testserver.TestServer.InProcessTestServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Temporal's in-memory server behind a port that only this machine reaches. By itself it would
 * listen on all interfaces.
 */
public final class LoopbackTemporal implements AutoCloseable {
  /** It does not skip time while nothing is to be done: jobs may wait for days. */
  private final InProcessTestServer temporal = TestServer.createServer(true);

  private final Server port;

  private LoopbackTemporal(ServerCredentials credentials, int port) throws IOException {
    this.port =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), credentials)
            .fallbackHandlerRegistry(new Relay(temporal.getChannel()))
            .build()
            .start();
  }

  /** One that is spoken to in the clear. */
  public static LoopbackTemporal start() {
    return start(InsecureServerCredentials.create());
  }

  /** One with certificates. */
  static LoopbackTemporal start(ServerCredentials credentials) {
    return start(credentials, 0);
  }

  /** One on a port that another has left. */
  static LoopbackTemporal start(ServerCredentials credentials, int port) {
    try {
      return new LoopbackTemporal(credentials, port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return port.getPort();
  }

  /** Where it is, {@code host:port}. */
  public String address() {
    return "127.0.0.1:" + port.getPort();
  }

  @Override
  public void close() {
    port.shutdownNow();
    temporal.close();
  }

  /** Hands calls on as bytes. */
  private static final class Relay extends HandlerRegistry {
    private final Channel channel;

    Relay(Channel channel) {
      this.channel = channel;
    }

    @Override
    public ServerMethodDefinition<?, ?> lookupMethod(String name, @Nullable String authority) {
      MethodDescriptor<byte[], byte[]> method =
          MethodDescriptor.newBuilder(new Bytes(), new Bytes())
              .setFullMethodName(name)
              .setType(MethodType.UNARY)
              .build();
      return ServerMethodDefinition.create(
          method,
          ServerCalls.asyncUnaryCall(
              (byte[] request, StreamObserver<byte[]> answer) ->
                  ClientCalls.asyncUnaryCall(
                      channel.newCall(method, CallOptions.DEFAULT), request, answer)));
    }
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
