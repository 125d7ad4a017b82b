package io.roundhouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Update;
import io.roundhouse.gateway.Authority.Credentials;
import io.roundhouse.storage.Artifacts;
import io.roundhouse.storage.GatewayArtifacts;
import io.roundhouse.storage.JobLayout;
import io.temporal.client.ActivityCompletionException;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowException;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Unmodified workers of the SDK behind the gateway. */
@Timeout(120)
class SiteWorkTest {
  private final Path folder;
  private TestFederation federation;

  SiteWorkTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void start() {
    federation = new TestFederation(folder);
    Sites.server(federation);
  }

  @AfterEach
  void stop() throws Exception {
    federation.close();
  }

  @Test
  void aSiteGetsItsTaskItsModelAndDeliversItsUpdate() throws IOException {
    Gateway gateway = federation.gateway();
    Credentials berlin = federation.authority.site("berlin");
    GatewayArtifacts access =
        federation.opened(Sites.artifacts(gateway.addresses().get(0), berlin));
    Artifact model = Sites.model(federation, 300_000, 1);
    Path downloaded = folder.resolve("model");
    Sites.site(
        federation,
        federation.through(gateway, berlin),
        "berlin",
        (task, activity) -> {
          Artifacts artifacts = access.forTask(activity.getInfo().getTaskToken());
          artifacts.download(task.model(), downloaded);
          activity.heartbeat(1);
          String path = new JobLayout(task.job()).update(1, 1, task.site(), 1);
          return Sites.update(task, 1, artifacts.putIfAbsent(path, downloaded));
        });

    Update update = Sites.probe(federation, "fl/demo/job").train(TrainProbe.task("berlin", model));

    assertThat(update.artifact().path())
        .isEqualTo("demo/job/rounds/00001/updates/berlin.1.safetensors");
    assertThat(update.artifact().sha256()).isEqualTo(model.sha256());
    assertThat(federation.store.find(update.artifact().path())).contains(update.artifact());
    assertThat(Files.size(downloaded)).isEqualTo(300_000);
    federation.awaitAudited("\"action\":\"RespondActivityTaskCompleted\"");
    assertThat(federation.audited())
        .contains("\"action\":\"PollActivityTaskQueue\",\"object\":\"fl/demo/job Train\"")
        .contains("\"action\":\"PUT\",\"object\":\"" + update.artifact().path() + "\"");
    assertThat(gateway.status().seen().keySet()).hasToString("[berlin]");
  }

  @Test
  void aFailureIsTriedAgainAndItsTextArrives() {
    Gateway gateway = federation.gateway();
    AtomicInteger tries = new AtomicInteger();
    Sites.site(
        federation,
        federation.through(gateway, federation.authority.site("berlin")),
        "berlin",
        (task, activity) -> {
          if (tries.incrementAndGet() < 3) {
            throw new IllegalStateException("the disk is full");
          }
          throw ApplicationFailure.newNonRetryableFailure("no such data", "DataMissing");
        });

    assertThatThrownBy(
            () ->
                Sites.probe(federation, "fl/demo/job")
                    .train(TrainProbe.task("berlin", Sites.model(federation, 10, 1))))
        .isInstanceOf(WorkflowException.class)
        .hasRootCauseMessage("message='no such data', type='DataMissing', nonRetryable=true");
    assertThat(tries).hasValue(3);
  }

  @Test
  void aCancellationReachesTheSite() {
    Gateway gateway = federation.gateway();
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<String> heard = new CompletableFuture<>();
    Sites.site(
        federation,
        federation.through(gateway, federation.authority.site("berlin")),
        "berlin",
        (task, activity) -> {
          begun.countDown();
          try {
            while (true) {
              activity.heartbeat(1);
              pause(activity);
            }
          } catch (ActivityCompletionException e) {
            heard.complete(e.getClass().getSimpleName());
            throw e;
          }
        });
    TrainProbe probe = Sites.probe(federation, "fl/demo/job");
    WorkflowClient.start(probe::train, TrainProbe.task("berlin", Sites.model(federation, 10, 1)));

    await(begun);
    probe.stop();

    assertThat(heard.join()).isEqualTo("ActivityCanceledException");
  }

  @Test
  void aTaskSurvivesTheRestartOfTheGateway() {
    GatewayConfig config = federation.config(ArtifactsMode.RELAY, Limits.DEFAULT);
    Gateway first = Gateway.start(config);
    int port = first.addresses().get(0).getPort();
    GatewayConfig same = TestFederation.with(config, first.addresses());
    Credentials berlin = federation.authority.site("berlin");
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch restarted = new CountDownLatch(1);
    Artifact model = Sites.model(federation, 100_000, 1);
    GatewayArtifacts access = federation.opened(Sites.artifacts(first.addresses().get(0), berlin));
    Sites.site(
        federation,
        federation.through(first, berlin),
        "berlin",
        (task, activity) -> {
          begun.countDown();
          await(restarted);
          Path file = folder.resolve("again");
          Artifacts artifacts = access.forTask(activity.getInfo().getTaskToken());
          artifacts.download(task.model(), file);
          int attempt = activity.getInfo().getAttempt();
          String path = new JobLayout(task.job()).update(1, 1, task.site(), attempt);
          return Sites.update(task, attempt, artifacts.putIfAbsent(path, file));
        });
    TrainProbe probe = Sites.probe(federation, "fl/demo/job");
    CompletableFuture<Update> update =
        WorkflowClient.execute(probe::train, TrainProbe.task("berlin", model));
    await(begun);

    first.close();
    Gateway second = federation.gateway(same);
    restarted.countDown();

    assertThat(second.addresses().get(0).getPort()).isEqualTo(port);
    assertThat(update.join().artifact().sha256()).isEqualTo(model.sha256());
    assertThat(AuditLog.verify(federation.audit()).problems()).isEmpty();
  }

  @Test
  void twoGatewaysServeOneTask() {
    Gateway one = federation.gateway();
    Gateway other = federation.gateway();
    Credentials berlin = federation.authority.site("berlin");
    GatewayArtifacts access = federation.opened(Sites.artifacts(other.addresses().get(0), berlin));
    Artifact model = Sites.model(federation, 1000, 1);
    Sites.site(
        federation,
        federation.through(one, berlin),
        "berlin",
        (task, activity) -> {
          Path file = folder.resolve("model");
          Artifacts artifacts = access.forTask(activity.getInfo().getTaskToken());
          artifacts.download(task.model(), file);
          String path = new JobLayout(task.job()).update(1, 1, task.site(), 1);
          return Sites.update(task, 1, artifacts.putIfAbsent(path, file));
        });

    Update update = Sites.probe(federation, "fl/demo/job").train(TrainProbe.task("berlin", model));

    assertThat(update.artifact().bytes()).isEqualTo(1000);
    federation.awaitAudited("\"gateway\":\"g1\"");
    federation.awaitAudited("\"gateway\":\"g2\"");
  }

  private static void pause(io.temporal.activity.ActivityExecutionContext activity) {
    // As long as the SDK waits between two heartbeats at most: a training's batch.
    java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
    assertThat(activity.getInfo().getAttempt()).isPositive();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
