package io.roundhouse.site;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.testserver.TestServer;
import io.temporal.testserver.TestServer.InProcessTestServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Temporal's in-memory server, reached by other processes through a port of this machine only. */
final class LoopbackTemporal implements AutoCloseable {
  private final InProcessTestServer temporal = TestServer.createServer(true);
  private final WorkflowServiceStubs stubs;
  private final Server server;

  LoopbackTemporal() throws IOException {
    stubs =
        WorkflowServiceStubs.newServiceStubs(
            WorkflowServiceStubsOptions.newBuilder()
                .setChannel(temporal.getChannel())
                .validateAndBuildWithDefaults());
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .fallbackHandlerRegistry(new Relay(temporal.getChannel()))
            .build()
            .start();
  }

  String address() {
    return "127.0.0.1:" + server.getPort();
  }

  WorkflowClient client() {
    return WorkflowClient.newInstance(stubs);
  }

  @Override
  public void close() {
    server.shutdownNow();
    stubs.shutdownNow();
    temporal.close();
  }

  /** Hands every call on as it came. */
  private static final class Relay extends HandlerRegistry {
    private final Channel to;

    Relay(Channel to) {
      this.to = to;
    }

    @Override
    public ServerMethodDefinition<?, ?> lookupMethod(String name, String authority) {
      MethodDescriptor<byte[], byte[]> method =
          MethodDescriptor.newBuilder(new Bytes(), new Bytes())
              .setFullMethodName(name)
              .setType(MethodType.UNARY)
              .build();
      return ServerMethodDefinition.create(method, (call, headers) -> relay(call, headers, method));
    }

    private ServerCall.Listener<byte[]> relay(
        ServerCall<byte[], byte[]> call,
        Metadata headers,
        MethodDescriptor<byte[], byte[]> method) {
      ClientCall<byte[], byte[]> onward = to.newCall(method, CallOptions.DEFAULT);
      onward.start(
          new ClientCall.Listener<>() {
            @Override
            public void onHeaders(Metadata answer) {
              call.sendHeaders(answer);
            }

            @Override
            public void onMessage(byte[] message) {
              call.sendMessage(message);
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
              if (!call.isCancelled()) {
                call.close(status, trailers);
              }
            }
          },
          headers);
      onward.request(1);
      call.request(1);
      return new ServerCall.Listener<>() {
        @Override
        public void onMessage(byte[] message) {
          onward.sendMessage(message);
        }

        @Override
        public void onHalfClose() {
          onward.halfClose();
        }

        @Override
        public void onCancel() {
          onward.cancel("the caller is gone", null);
        }
      };
    }
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] message) {
      return new ByteArrayInputStream(message);
    }

    @Override
    public byte[] parse(InputStream message) {
      try {
        return message.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
