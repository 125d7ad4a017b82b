package io.roundhouse.node;

import io.roundhouse.kit.Kit;
import io.roundhouse.provisioning.CertificateActivities;
import io.roundhouse.provisioning.Passphrase;
import io.roundhouse.provisioning.Provisioner;
import io.roundhouse.provisioning.RevocationPublisher;
import io.roundhouse.provisioning.Workspace;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.terminal.Failure;
import io.roundhouse.workflows.TaskQueues;
import io.temporal.client.WorkflowClient;
import io.temporal.worker.WorkerFactory;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * The federation's certificate authority at work: it does what the workflows of members ask for,
 * and tells the federation what is done at its prompt. Its key stays here.
 */
final class AuthorityWorker implements AutoCloseable {
  /** Between two turns of its duties. */
  static final long SECONDS = 5;

  private static final String PASSPHRASE = "ROUNDHOUSE_PASSPHRASE";

  private final Provisioner provisioner;
  private final Workspace workspace;
  private final WorkflowClient client;
  private final ArtifactStore store;

  /**
   * @param provisioner is closed with this
   */
  AuthorityWorker(Provisioner provisioner, WorkflowClient client, ArtifactStore store) {
    this.provisioner = provisioner;
    this.workspace = provisioner.workspace();
    this.client = client;
    this.store = store;
  }

  /**
   * Opens the authority.
   *
   * @throws Failure if there is no passphrase, or the authority is another federation's
   * @throws io.roundhouse.provisioning.ProvisioningException if it cannot be opened
   */
  static Provisioner authority(ServerSettings.Authority settings, Kit kit) {
    Workspace workspace = Workspace.of(settings.workspace(), kit.identity().federation());
    Provisioner provisioner = Provisioner.open(workspace, passphrase(settings), Clock.systemUTC());
    if (!provisioner.root().equals(kit.root())) {
      provisioner.close();
      throw Failure.badInput(
          "the authority in "
              + workspace.folder()
              + " is not the one that made this kit, perhaps you should name another workspace in"
              + " the section ca of server.yml");
    }
    return provisioner;
  }

  private static Passphrase passphrase(ServerSettings.Authority settings) {
    if (settings.passphraseFile().isPresent()) {
      return Passphrase.read(settings.passphraseFile().get());
    }
    return Optional.ofNullable(System.getenv(PASSPHRASE))
        .filter(text -> !text.isEmpty())
        .map(text -> Passphrase.of(text.toCharArray()))
        .orElseThrow(
            () ->
                Failure.badInput(
                    "the passphrase of the authority's key is not given, perhaps you should name a"
                        + " passphraseFile in the section ca of server.yml, or set "
                        + PASSPHRASE));
  }

  /** Registers its activities. */
  void registerWith(WorkerFactory workers) {
    workers
        .newWorker(TaskQueues.CA)
        .registerActivitiesImplementations(new CertificateActivities(provisioner, store, client));
  }

  /** What has to be done every few seconds beside the activities, each on a thread of its own. */
  List<Runnable> duties() {
    return List.of(
        new RepeatedDuty("publish what is revoked", new RevocationPublisher(workspace, store)),
        new RepeatedDuty("keep the register", new RegisterKeeper(workspace, client)));
  }

  @Override
  public void close() {
    provisioner.close();
  }
}
