package io.roundhouse.site;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.temporal.api.workflowservice.v1.GetSystemInfoRequest;
import io.temporal.api.workflowservice.v1.PollActivityTaskQueueRequest;
import io.temporal.api.workflowservice.v1.PollActivityTaskQueueResponse;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

@SuppressWarnings("FutureReturnValueIgnored") // what calls meet is seen in the log
class ConnectionLogTest {
  private static final MethodDescriptor<PollActivityTaskQueueRequest, PollActivityTaskQueueResponse>
      POLL = WorkflowServiceGrpc.getPollActivityTaskQueueMethod();

  private final Logger logger = (Logger) LoggerFactory.getLogger(ConnectionLog.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(lines);
  }

  @Test
  void saysOnceThatTheServerIsLostAndOnceThatItIsBack() throws Exception {
    Server server = server(0);
    int port = server.getPort();
    WorkflowServiceStubs stubs =
        WorkflowServiceStubs.newServiceStubs(
            WorkflowServiceStubsOptions.newBuilder()
                .setTarget("127.0.0.1:" + port)
                .setGrpcClientInterceptors(List.of(new ConnectionLog("fl.example.org")))
                .build());
    assertThat(call(stubs)).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(call(stubs)).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(lines.list).isEmpty();

    server.shutdownNow().awaitTermination();
    for (int i = 0; i < 3; i++) {
      assertThat(call(stubs)).isEqualTo(Status.Code.UNAVAILABLE);
    }
    assertThat(lines.list).hasSize(1);
    assertThat(lines.list.get(0).getFormattedMessage())
        .startsWith("lost the server fl.example.org, trying again (");

    Server again = server(port);
    stubs.getRawChannel().resetConnectBackoff();
    while (call(stubs) != Status.Code.UNIMPLEMENTED) {
      Thread.onSpinWait();
    }
    assertThat(call(stubs)).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(lines.list).hasSize(2);
    assertThat(lines.list.get(1).getFormattedMessage())
        .matches("the server fl\\.example\\.org is back after \\d+ s");
    stubs.shutdownNow();
    again.shutdownNow();
  }

  @Test
  void callsWaitForSecondsOnlyWhileTheServerIsLost() {
    ConnectionLog log = new ConnectionLog("fl.example.org");
    CallOptions minutes = CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.MINUTES);
    assertThat(seconds(log, minutes)).isGreaterThan(500);

    ClientCalls.futureUnaryCall(
        log.interceptCall(POLL, minutes, new FailingChannel(Status.UNAVAILABLE)),
        PollActivityTaskQueueRequest.getDefaultInstance());

    assertThat(seconds(log, minutes)).isBetween(1L, 20L);
    assertThat(seconds(log, CallOptions.DEFAULT)).isBetween(1L, 20L);
    assertThat(seconds(log, CallOptions.DEFAULT.withDeadlineAfter(5, TimeUnit.SECONDS)))
        .isLessThan(6);
  }

  /** How long a call with these options may take. */
  private static long seconds(ConnectionLog log, CallOptions options) {
    FailingChannel channel = new FailingChannel(Status.CANCELLED);
    log.interceptCall(POLL, options, channel);
    return requireNonNull(channel.options.getDeadline()).timeRemaining(TimeUnit.SECONDS);
  }

  /** Keeps the options of the last call. */
  private static final class FailingChannel extends Channel {
    private final Status status;
    private CallOptions options = CallOptions.DEFAULT;

    FailingChannel(Status status) {
      this.status = status;
    }

    @Override
    public <A, B> ClientCall<A, B> newCall(MethodDescriptor<A, B> method, CallOptions with) {
      options = with;
      return new ClientCall<>() {
        @Override
        public void start(Listener<B> listener, Metadata headers) {
          listener.onClose(status, new Metadata());
        }

        @Override
        public void request(int messages) {}

        @Override
        public void cancel(@Nullable String message, @Nullable Throwable cause) {}

        @Override
        public void halfClose() {}

        @Override
        public void sendMessage(A message) {}
      };
    }

    @Override
    public String authority() {
      return "";
    }
  }

  private static Status.Code call(WorkflowServiceStubs stubs) {
    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> stubs.blockingStub().getSystemInfo(GetSystemInfoRequest.getDefaultInstance()));
    return failure.getStatus().getCode();
  }

  /** It answers every call, if only that it has no such method. */
  private static Server server(int port) throws IOException {
    return NettyServerBuilder.forAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        .build()
        .start();
  }
}
