package io.roundhouse.gateway;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.ConnectivityState;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.SslContextBuilder;
import io.roundhouse.domain.Text;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/** Calls to Temporal on behalf of callers; their deadlines and cancellations go along. */
final class Temporal implements AutoCloseable {
  private static final long LONGEST_SECONDS = 90;
  private static final int MESSAGE_BYTES = 16 << 20;
  private static final long PING_SECONDS = 30;
  private static final int LONGEST_HEADER = 200;
  private static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  /** What Temporal wants to know of a client; nothing else of its headers is passed on. */
  private static final List<Metadata.Key<String>> HEADERS =
      List.of(
          key("client-name"),
          key("client-version"),
          key("supported-server-versions"),
          key("supported-features"));

  private static final Metadata.Key<String> NAMESPACE = key("temporal-namespace");

  private final Channel channel;
  private final Optional<ManagedChannel> own;
  private final String namespace;

  private Temporal(Channel channel, Optional<ManagedChannel> own, String namespace) {
    this.channel = channel;
    this.own = own;
    this.namespace = namespace;
  }

  static Temporal of(TemporalTarget target) {
    if (target instanceof TemporalTarget.Server server) {
      ManagedChannel channel = connect(server);
      return new Temporal(channel, Optional.of(channel), server.namespace());
    }
    TemporalTarget.Open open = (TemporalTarget.Open) target;
    return new Temporal(open.channel(), Optional.empty(), open.namespace());
  }

  private static ManagedChannel connect(TemporalTarget.Server server) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forTarget(server.address())
            .maxInboundMessageSize(MESSAGE_BYTES)
            .keepAliveTime(PING_SECONDS, TimeUnit.SECONDS)
            .keepAliveWithoutCalls(true)
            .disableRetry()
            .directExecutor();
    if (server.tls().isEmpty()) {
      return builder.usePlaintext().build();
    }
    TlsMaterial tls = server.tls().get();
    try {
      return builder
          .sslContext(
              GrpcSslContexts.configure(
                      SslContextBuilder.forClient().keyManager(tls.key(), tls.chain()),
                      Tls.provider())
                  .trustManager(tls.roots())
                  .build())
          .build();
    } catch (SSLException e) {
      throw new GatewayException(
          "TLS to Temporal cannot be set up with " + tls + " (" + e.getMessage() + ")", e);
    }
  }

  String namespace() {
    return namespace;
  }

  /**
   * @throws Refusal if a caller wants another namespace than the federation's
   */
  void requireNamespace(String wanted) {
    if (!wanted.equals(namespace)) {
      throw Refusal.forbidden(
          "there is no namespace "
              + Text.quote(wanted)
              + " here, perhaps you should use "
              + Text.quote(namespace));
    }
  }

  /** Sends a request in the caller's name. */
  CompletableFuture<byte[]> send(RpcCall call, byte[] request) {
    return send(call, call.method(), request);
  }

  /** Sends a request of another method than the caller's. */
  CompletableFuture<byte[]> send(RpcCall call, String method, byte[] request) {
    return send(call, method, request, Deadline.after(LONGEST_SECONDS, TimeUnit.SECONDS));
  }

  /**
   * Sends a request in the caller's name.
   *
   * @param deadline the caller's own holds too, if it is earlier
   * @return the answer; fails with a {@link StatusRuntimeException} that may be passed on
   */
  CompletableFuture<byte[]> send(RpcCall call, String method, byte[] request, Deadline deadline) {
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    Context previous = call.context().attach();
    try {
      ClientCall<byte[], byte[]> upstream =
          ClientInterceptors.intercept(
                  channel, MetadataUtils.newAttachHeadersInterceptor(headers(call.headers())))
              .newCall(Bytes.unary(method), CallOptions.DEFAULT.withDeadline(deadline));
      ClientCalls.asyncUnaryCall(upstream, request, new Answer(answer));
    } finally {
      call.context().detach(previous);
    }
    return answer;
  }

  /** Tries to connect again at once, where gRPC would wait longer and longer. */
  void retryConnection() {
    own.filter(it -> it.getState(false) == ConnectivityState.TRANSIENT_FAILURE)
        .ifPresent(ManagedChannel::resetConnectBackoff);
  }

  @Override
  public void close() {
    own.ifPresent(ManagedChannel::shutdownNow);
  }

  private Metadata headers(Metadata received) {
    Metadata headers = new Metadata();
    for (Metadata.Key<String> key : HEADERS) {
      String value = received.get(key);
      if (value != null && value.length() <= LONGEST_HEADER) {
        headers.put(key, value);
      }
    }
    headers.put(NAMESPACE, namespace);
    return headers;
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  /** What the caller may know of a failure: not where Temporal is. */
  private static StatusRuntimeException failure(Throwable cause) {
    Status status = Status.fromThrowable(cause);
    // Cancelled by the other side: it is going down. Callers that cancel do not hear of it.
    if (status.getCode() == Status.Code.UNAVAILABLE || status.getCode() == Status.Code.CANCELLED) {
      return Status.UNAVAILABLE
          .withDescription(
              "Temporal does not answer the gateway just now, perhaps you should try again soon, or"
                  + " look whether it runs")
          .asRuntimeException();
    }
    if (status.getCode() == Status.Code.DEADLINE_EXCEEDED) {
      return Status.DEADLINE_EXCEEDED
          .withDescription("Temporal did not answer in time")
          .asRuntimeException();
    }
    Metadata trailers = new Metadata();
    Metadata received = Status.trailersFromThrowable(cause);
    byte[] details = received == null ? null : received.get(DETAILS);
    if (details != null) {
      trailers.put(DETAILS, details);
    }
    return Status.fromCode(status.getCode())
        .withDescription(status.getDescription())
        .asRuntimeException(trailers);
  }

  private static final class Answer implements StreamObserver<byte[]> {
    private final CompletableFuture<byte[]> future;
    private byte[] message = {};

    Answer(CompletableFuture<byte[]> future) {
      this.future = future;
    }

    @Override
    public void onNext(byte[] value) {
      message = value;
    }

    @Override
    public void onError(Throwable cause) {
      future.completeExceptionally(failure(cause));
    }

    @Override
    public void onCompleted() {
      future.complete(message);
    }
  }
}
