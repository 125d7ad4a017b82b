package io.roundhouse.provisioning;

import static java.util.Objects.requireNonNull;

import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.FederationLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Arrays;

/**
 * Brings the list of revoked certificates to the store whenever it has changed in the workspace, as
 * when a project admin revokes somebody at the prompt. To be run every few seconds beside the
 * worker of queue {@code fl-ca}.
 */
public final class RevocationPublisher implements Runnable {
  private static final String PEM = "application/x-pem-file";

  private final Workspace workspace;
  private final ArtifactStore store;
  private byte[] published = new byte[0];

  /**
   * @param workspace where the list is made
   * @param store where gateways read it, at {@link FederationLayout#revocations}
   */
  public RevocationPublisher(Workspace workspace, ArtifactStore store) {
    this.workspace = requireNonNull(workspace, "workspace is null");
    this.store = requireNonNull(store, "store is null");
  }

  @Override
  public synchronized void run() {
    try {
      byte[] text = Files.readAllBytes(workspace.revocations());
      if (!Arrays.equals(text, published)) {
        store.replace(new FederationLayout(workspace.federation()).revocations(), text, PEM);
        published = text;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
