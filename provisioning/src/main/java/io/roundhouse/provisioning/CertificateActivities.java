package io.roundhouse.provisioning;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Artifact;
import io.roundhouse.federation.CaActivities;
import io.roundhouse.federation.CheckTask;
import io.roundhouse.federation.DeliverTask;
import io.roundhouse.federation.Federation;
import io.roundhouse.federation.FederationInput;
import io.roundhouse.federation.IssueTask;
import io.roundhouse.federation.Member;
import io.roundhouse.federation.MemberCertificate;
import io.roundhouse.federation.RefreshTask;
import io.roundhouse.federation.Refreshed;
import io.roundhouse.federation.Registration;
import io.roundhouse.federation.RevocationsPublished;
import io.roundhouse.federation.RevokeTask;
import io.roundhouse.federation.WithdrawTask;
import io.roundhouse.kit.Revocations;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.FederationLayout;
import io.roundhouse.workflows.TaskQueues;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.client.UpdateOptions;
import io.temporal.client.WithStartWorkflowOperation;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowUpdateStage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** The authority's activities: what a worker of queue {@code fl-ca} registers. */
public final class CertificateActivities implements CaActivities {
  private static final String PEM = "application/x-pem-file";
  private static final int MOST_KIT_BYTES = 64 << 20;

  private final Provisioner provisioner;
  private final Workspace workspace;
  private final RequestedKits kits;
  private final ArtifactStore store;
  private final WorkflowClient client;

  /**
   * @param provisioner the opened authority
   * @param store where kits and the list of revoked certificates go
   * @param client reaches the register
   */
  public CertificateActivities(
      Provisioner provisioner, ArtifactStore store, WorkflowClient client) {
    this.provisioner = requireNonNull(provisioner, "provisioner is null");
    this.workspace = provisioner.workspace();
    this.kits = new RequestedKits(provisioner.office());
    this.store = requireNonNull(store, "store is null");
    this.client = requireNonNull(client, "client is null");
  }

  @Override
  public void check(CheckTask task) {
    new Invitations(provisioner.office())
        .redeem(task.invitation(), task.proof(), CertificateRequest.read(task.request()));
  }

  @Override
  public MemberCertificate issue(IssueTask task) {
    return kits.issue(
        task.id(), task.identity(), CertificateRequest.read(task.request()), task.renewal());
  }

  @Override
  public Artifact deliver(DeliverTask task) {
    return store.putIfAbsent(kitPath(task), kits.sealed(task.identity(), task.certificate()));
  }

  @Override
  public void register(Registration order) {
    Member member = workspace.register().require(order.member().identity().name()).member();
    Federation federation = stub();
    WorkflowClient.executeUpdateWithStart(
        federation::register,
        new Registration(order.by(), member),
        UpdateOptions.<Member>newBuilder().setWaitForStage(WorkflowUpdateStage.COMPLETED).build(),
        new WithStartWorkflowOperation<>(
            federation::run, FederationInput.of(workspace.federation())));
  }

  @Override
  public void withdraw(WithdrawTask task) {
    kits.withdraw(task.id(), task.identity().name())
        .ifPresent(certificate -> discard(new DeliverTask(task.identity(), certificate)));
    publish();
  }

  /** Deletes a kit from the store if it is the one that was made here. */
  private void discard(DeliverTask task) {
    byte[] made = KitArchive.bytes(kits.sealed(task.identity(), task.certificate()));
    store
        .read(kitPath(task), MOST_KIT_BYTES)
        .filter(stored -> Arrays.equals(stored, made))
        .ifPresent(stored -> store.delete(kitPath(task)));
  }

  @Override
  public Refreshed revoke(RevokeTask task) {
    String name = task.order().name();
    Member member = workspace.register().require(name).member();
    // A second try finds it revoked.
    if (member.revocation().isEmpty()) {
      provisioner.revoke(name, task.order().by(), task.order().reason());
    }
    RevocationsPublished published = publish();
    // What else has changed is for the next refresh to tell.
    return new Refreshed(published, 0, List.of(workspace.register().require(name).member()));
  }

  @Override
  public Refreshed refresh(RefreshTask task) {
    provisioner.refreshRevocations();
    RevocationsPublished published = publish();
    Register register = workspace.register();
    return new Refreshed(published, register.change(), register.membersSince(task.since()));
  }

  private RevocationsPublished publish() {
    try {
      byte[] text = Files.readAllBytes(workspace.revocations());
      Revocations revocations = Revocations.read(text, provisioner.root());
      String path = new FederationLayout(workspace.federation()).revocations();
      store.replace(path, text, PEM);
      return new RevocationsPublished(
          path,
          revocations.number().longValueExact(),
          revocations.size(),
          revocations.nextUpdate().orElse(Instant.EPOCH));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String kitPath(DeliverTask task) {
    return new FederationLayout(workspace.federation())
        .kit(task.identity().name(), task.certificate().kit());
  }

  private Federation stub() {
    return client.newWorkflowStub(
        Federation.class,
        WorkflowOptions.newBuilder()
            .setWorkflowId(Federation.workflowId(workspace.federation()))
            .setTaskQueue(TaskQueues.SERVER)
            .setWorkflowIdConflictPolicy(
                WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
            .build());
  }
}
