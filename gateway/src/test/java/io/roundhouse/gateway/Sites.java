package io.roundhouse.gateway;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Update;
import io.roundhouse.gateway.Authority.Credentials;
import io.roundhouse.storage.GatewayArtifacts;
import io.roundhouse.workflows.TaskQueues;
import io.roundhouse.workflows.TrainActivities;
import io.roundhouse.workflows.TrainTask;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerOptions;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Workers of sites and of the server, as the SDK makes them. */
final class Sites {
  private Sites() {}

  /** What a site does with a task. */
  interface Training {
    Update train(TrainTask task, ActivityExecutionContext activity);
  }

  /** Runs probes beside the gateway. */
  static void server(TestFederation federation) {
    WorkerFactory factory = WorkerFactory.newInstance(federation.inside());
    factory
        .newWorker(
            TaskQueues.SERVER,
            WorkerOptions.newBuilder().setDefaultDeadlockDetectionTimeout(20_000).build())
        .registerWorkflowImplementationTypes(TrainProbe.Impl.class, ProbeJob.class);
    federation.started(factory);
  }

  /** A site's worker through a gateway. */
  static WorkerFactory site(
      TestFederation federation, WorkflowClient client, String name, Training training) {
    WorkerFactory factory = WorkerFactory.newInstance(client);
    Worker worker =
        factory.newWorker(
            new SiteName(name).queue(),
            WorkerOptions.newBuilder()
                .setMaxConcurrentActivityTaskPollers(1)
                .setLocalActivityWorkerOnly(false)
                .build());
    TrainActivities activities = task -> training.train(task, Activity.getExecutionContext());
    worker.registerActivitiesImplementations(activities);
    return federation.started(factory);
  }

  static TrainProbe probe(TestFederation federation, String id) {
    return federation
        .inside()
        .newWorkflowStub(
            TrainProbe.class,
            WorkflowOptions.newBuilder().setTaskQueue(TaskQueues.SERVER).setWorkflowId(id).build());
  }

  static GatewayArtifacts artifacts(InetSocketAddress gateway, Credentials credentials) {
    return new GatewayArtifacts(
        List.of("127.0.0.1:" + gateway.getPort()),
        Clients.tls(credentials),
        Duration.ofSeconds(20));
  }

  /** Random bytes in the store. */
  static Artifact model(TestFederation federation, int bytes, long seed) {
    byte[] content = new byte[bytes];
    new Random(seed).nextBytes(content);
    return federation.store.putIfAbsent("demo/job/rounds/00000/global.safetensors", content);
  }

  static Update update(TrainTask task, int attempt, Artifact artifact) {
    return new Update(task.site(), attempt, artifact, 1, 0.5, 0.1);
  }
}
