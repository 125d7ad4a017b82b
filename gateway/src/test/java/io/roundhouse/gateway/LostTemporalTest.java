package io.roundhouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.taskqueue.v1.TaskQueue;
import io.temporal.api.workflowservice.v1.GetSystemInfoRequest;
import io.temporal.api.workflowservice.v1.PollActivityTaskQueueRequest;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc.WorkflowServiceBlockingStub;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LostTemporalTest {
  private final Path folder;

  LostTemporalTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void saysThatTemporalIsAwayAndGoesOnWhenItIsBack() throws Exception {
    try (TestFederation federation = new TestFederation(folder)) {
      LoopbackTemporal temporal = LoopbackTemporal.start(federation.temporal.getChannel(), 0);
      int port = temporal.port();
      GatewayConfig config = federation.config(ArtifactsMode.RELAY, Limits.DEFAULT);
      Gateway gateway =
          federation.gateway(
              TestFederation.with(
                  config,
                  new TemporalTarget.Server("127.0.0.1:" + port, Optional.empty(), "default")));
      WorkflowServiceBlockingStub site =
          WorkflowServiceGrpc.newBlockingStub(
              federation.channel(gateway, federation.authority.site("berlin")));
      assertThat(info(site)).isNotNull();
      CompletableFuture<Object> poll =
          CompletableFuture.supplyAsync(() -> poll(site), task -> new Thread(task, "poll").start());
      while (gateway.status().forwardedPolls() == 0) {
        Thread.onSpinWait();
      }

      temporal.close();

      assertThatThrownBy(poll::join)
          .isInstanceOf(CompletionException.class)
          .cause()
          .satisfies(LostTemporalTest::saysThatItIsAway);
      assertThatThrownBy(() -> info(site)).satisfies(LostTemporalTest::saysThatItIsAway);

      federation.opened(LoopbackTemporal.start(federation.temporal.getChannel(), port));

      Object answer = null;
      while (answer == null) {
        try {
          answer = info(site);
        } catch (StatusRuntimeException e) {
          saysThatItIsAway(e);
          // Asked without a pause, it would soon be asked too often.
          Thread.sleep(50);
        }
      }
    }
  }

  private static void saysThatItIsAway(Throwable e) {
    assertThat(Status.fromThrowable(e).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(e)
        .hasMessageContaining("Temporal does not answer the gateway just now, perhaps you should")
        .hasMessageNotContaining("127.0.0.1");
  }

  private static Object info(WorkflowServiceBlockingStub site) {
    return site.getSystemInfo(GetSystemInfoRequest.getDefaultInstance());
  }

  private static Object poll(WorkflowServiceBlockingStub site) {
    return site.withDeadlineAfter(70, TimeUnit.SECONDS)
        .pollActivityTaskQueue(
            PollActivityTaskQueueRequest.newBuilder()
                .setNamespace("default")
                .setTaskQueue(TaskQueue.newBuilder().setName("site-berlin"))
                .build());
  }
}
