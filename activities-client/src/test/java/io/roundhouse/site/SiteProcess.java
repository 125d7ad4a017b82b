package io.roundhouse.site;

import static java.util.Objects.requireNonNull;

import io.roundhouse.data.DataBinding;
import io.roundhouse.domain.SiteName;
import io.roundhouse.policy.ProgramBinding;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.StoreConfig;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A site as a process of its own, as {@link SiteProcessTest} starts it. */
final class SiteProcess {
  static final SiteName NAME = new SiteName("berlin");

  /** The environment variable with the store's secret. */
  static final String SECRET = "ROUNDHOUSE_TEST_SECRET";

  private SiteProcess() {}

  /**
   * Runs until it is killed.
   *
   * @param arguments Temporal's address; endpoint, region, bucket and access key of the store; the
   *     site's folder, its data's, and the command of its program
   */
  public static void main(String[] arguments) {
    StoreConfig config =
        new StoreConfig(
            URI.create(arguments[1]),
            arguments[2],
            arguments[3],
            arguments[4],
            requireNonNull(System.getenv(SECRET)));
    Path folder = Path.of(arguments[5]);
    WorkflowServiceStubs stubs =
        WorkflowServiceStubs.newServiceStubs(
            WorkflowServiceStubsOptions.newBuilder()
                .setTarget(arguments[0])
                .setGrpcClientInterceptors(List.of(new ConnectionLog(arguments[0])))
                .build());
    WorkerFactory workers = WorkerFactory.newInstance(WorkflowClient.newInstance(stubs));
    Site site =
        Site.simulated(
            NAME,
            Map.of("scans", new DataBinding.Folder(Path.of(arguments[6]), 10, 0)),
            folder,
            Map.of(
                "program",
                ProgramBinding.of(
                    List.of(arguments).subList(7, arguments.length).toArray(String[]::new))));
    workers
        .newWorker(
            NAME.queue(), WorkerOptions.newBuilder().setMaxConcurrentActivityTaskPollers(1).build())
        .registerActivitiesImplementations(
            new SiteActivities(
                site,
                ArtifactStore.connect(config),
                new ModelCache(folder.resolve("models"), 2),
                new ComputeSlots(1)));
    workers.start();
    System.out.println("ready");
  }
}
