package io.roundhouse.provisioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.roundhouse.domain.Identity;
import io.roundhouse.federation.Federation;
import io.roundhouse.federation.FederationImpl;
import io.roundhouse.federation.ProvisionSite;
import io.roundhouse.federation.ProvisionSiteImpl;
import io.roundhouse.federation.ProvisionStatus.State;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.EmbeddedStore;
import io.roundhouse.workflows.TaskQueues;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.worker.WorkerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The server's side of a federation: its authority, a store, and Temporal in a time that is skipped
 * while nothing is to be done.
 */
final class LiveFederation implements AutoCloseable {
  final TestWorkflowEnvironment temporal = TestWorkflowEnvironment.newInstance();
  final Clock clock = new WorkflowClock(temporal);
  final Provisioner provisioner;
  final ArtifactStore store;
  final Enrolment enrolment;
  final KitReport report;
  private final EmbeddedStore embedded;

  /** The time of the workflows is the authority's too. */
  private static final class WorkflowClock extends Clock {
    private final TestWorkflowEnvironment temporal;

    WorkflowClock(TestWorkflowEnvironment temporal) {
      this.temporal = temporal;
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(temporal.currentTimeMillis());
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  LiveFederation(Path folder, String file) {
    provisioner = Provisioner.open(Fixture.workspaceOfToday(folder), Fixture.passphrase(), clock);
    report = provisioner.provision(FederationFile.parse(file), new Delivery.Folders(), false);
    embedded = EmbeddedStore.start(folder.resolve("store"));
    store = ArtifactStore.connect(embedded.config());
    WorkerOptions patient =
        WorkerOptions.newBuilder().setDefaultDeadlockDetectionTimeout(60_000).build();
    temporal
        .newWorker(TaskQueues.SERVER, patient)
        .registerWorkflowImplementationTypes(FederationImpl.class, ProvisionSiteImpl.class);
    temporal
        .newWorker(TaskQueues.CA, patient)
        .registerActivitiesImplementations(
            new CertificateActivities(provisioner, store, temporal.getWorkflowClient()));
    temporal.start();
    enrolment = new Enrolment("demo", sealingKey(), temporal.getWorkflowClient(), store, clock);
  }

  /** The only token that a report gives out. */
  static EnrolmentToken token(KitReport report) {
    return EnrolmentToken.parse(
        report.rows().stream().flatMap(row -> row.token().stream()).findFirst().orElseThrow());
  }

  /** As it is in the server's kit. */
  String sealingKey() {
    try {
      return Files.readString(provisioner.workspace().kits(1).resolve("central/local/sealing.key"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ProvisionSite request(Identity identity) {
    return temporal
        .getWorkflowClient()
        .newWorkflowStub(ProvisionSite.class, ProvisionSite.workflowId(identity));
  }

  Federation register() {
    return temporal
        .getWorkflowClient()
        .newWorkflowStub(Federation.class, Federation.workflowId("demo"));
  }

  void await(Identity identity, State state) {
    await(state.name(), () -> request(identity).status().state() == state);
  }

  static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  /** Whatever happened happens again in the same order. */
  void replay(String workflowId) {
    try {
      WorkflowExecutionHistory history = temporal.getWorkflowClient().fetchHistory(workflowId);
      assertThatCode(
              () ->
                  WorkflowReplayer.replayWorkflowExecution(
                      history, FederationImpl.class, ProvisionSiteImpl.class))
          .as(workflowId)
          .doesNotThrowAnyException();
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
    }
  }

  @Override
  public void close() {
    temporal.close();
    store.close();
    embedded.close();
    provisioner.close();
  }
}
