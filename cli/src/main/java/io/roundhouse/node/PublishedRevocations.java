package io.roundhouse.node;

import io.roundhouse.kit.Kit;
import io.roundhouse.kit.KitException;
import io.roundhouse.kit.KitFiles;
import io.roundhouse.kit.PrivateFiles;
import io.roundhouse.kit.RevocationFiles;
import io.roundhouse.kit.Revocations;
import io.roundhouse.provisioning.CertificateActivities;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.StorageException;
import java.io.IOException;
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
  private String told = "";

  PublishedRevocations(Kit kit, ArtifactStore store) {
    this.kit = kit;
    this.store = store;
    path = CertificateActivities.revocationsPath(kit.identity().federation());
    file = kit.file(KitFiles.NEWER_REVOKED);
    known = kit.revocations();
  }

  @Override
  public synchronized void run() {
    try {
      byte[] text = store.read(path, MOST_BYTES).orElse(new byte[0]);
      if (text.length > 0) {
        take(text);
      }
      told = "";
    } catch (IOException | RuntimeException e) {
      tell(e);
    }
  }

  private void take(byte[] text) throws IOException {
    Revocations published = Revocations.read(text, kit.root());
    if (published.supersedes(known.get(), Instant.now())) {
      PrivateFiles.replace(file, text);
      LOG.info(
          "list {} of revoked certificates was taken, with {} on it",
          published.number(),
          published.size());
    }
  }

  /** Once, until it is well again or something else is wrong. */
  private void tell(Exception e) {
    String what = e.getMessage() == null ? e.toString() : e.getMessage();
    if (!what.equals(told)) {
      told = what;
      if (e instanceof StorageException || e instanceof KitException) {
        LOG.warn("the list of revoked certificates in the store is not taken: {}", what);
      } else {
        LOG.error("the list of revoked certificates cannot be taken", e);
      }
    }
  }
}
