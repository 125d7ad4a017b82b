package io.roundhouse.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.temporal.api.workflowservice.v1.GetSystemInfoRequest;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ConnectionLogTest {
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
