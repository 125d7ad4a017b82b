package io.roundhouse.node;

import io.roundhouse.kit.Kit;
import io.roundhouse.kit.KitFiles;
import io.roundhouse.kit.PrivateFiles;
import io.roundhouse.kit.RevocationFiles;
import io.roundhouse.kit.Revocations;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.FederationLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the list of revoked certificates from the store, where the authority publishes it, into a
 * server's kit. The store is not believed: only a list that the federation's authorities have
 * signed, and that leaves out nothing of the newest known one, is taken.
 */
final class PublishedRevocations implements Runnable {
  /** Between two looks. */
  static final long SECONDS = 10;

  private static final Logger LOG = LoggerFactory.getLogger(PublishedRevocations.class);
  private static final int MOST_BYTES = 4 << 20;

  private final Kit kit;
  private final ArtifactStore store;
  private final String path;
  private final Path file;
  private final RevocationFiles known;

  PublishedRevocations(Kit kit, ArtifactStore store) {
    this.kit = kit;
    this.store = store;
    path = new FederationLayout(kit.identity().federation()).revocations();
    file = kit.file(KitFiles.NEWER_REVOKED);
    known = kit.revocations();
  }

  /**
   * Takes a newer list, if there is one.
   *
   * @throws io.roundhouse.storage.StorageException if the store does not answer
   * @throws io.roundhouse.kit.KitException if what is there is damaged, or anybody else's
   */
  @Override
  public void run() {
    byte[] text = store.read(path, MOST_BYTES).orElse(new byte[0]);
    if (text.length == 0) {
      return;
    }
    Revocations published = Revocations.read(text, kit.root());
    if (published.supersedes(known.get(), Instant.now())) {
      try {
        PrivateFiles.replace(file, text);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      LOG.info(
          "list {} of revoked certificates was taken, with {} on it",
          published.number(),
          published.size());
    }
  }
}
