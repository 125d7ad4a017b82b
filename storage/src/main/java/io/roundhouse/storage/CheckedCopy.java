package io.roundhouse.storage;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Text;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;

/** A copy of an artifact's bytes, which may come in several pieces, checked when it is whole. */
final class CheckedCopy {
  private static final int CHUNK = 1 << 16;

  private final Artifact artifact;
  private final MessageDigest digest = Sha256.start();
  private long copied;

  CheckedCopy(Artifact artifact) {
    this.artifact = artifact;
  }

  /** How many bytes are there. */
  long copied() {
    return copied;
  }

  /**
   * Copies what comes next.
   *
   * @throws CorruptArtifactException if there are more bytes than were recorded
   */
  void append(InputStream content, OutputStream target) throws IOException {
    byte[] chunk = new byte[CHUNK];
    int filled = 0;
    try {
      // Streams give some kilobytes at a time, which would be a small write each.
      for (int n = content.read(chunk); n >= 0; n = content.read(chunk, filled, CHUNK - filled)) {
        filled += n;
        if (filled == CHUNK) {
          filled = 0;
          take(chunk, CHUNK, target);
        }
      }
    } finally {
      take(chunk, filled, target);
    }
  }

  private void take(byte[] chunk, int bytes, OutputStream target) throws IOException {
    if (bytes > artifact.bytes() - copied) {
      throw corrupt("another size");
    }
    digest.update(chunk, 0, bytes);
    target.write(chunk, 0, bytes);
    copied += bytes;
  }

  /**
   * @param bytes what there is to copy in all; negative where that is not told
   * @throws CorruptArtifactException if it is not what was recorded
   */
  void requireSize(long bytes) {
    if (bytes >= 0 && bytes != artifact.bytes()) {
      throw corrupt("another size");
    }
  }

  /**
   * @throws CorruptArtifactException if it is not the artifact
   */
  void requireWhole() {
    requireSize(copied);
    if (!Digest.of(digest.digest()).equals(artifact.sha256())) {
      throw corrupt("another SHA-256");
    }
  }

  private CorruptArtifactException corrupt(String difference) {
    return new CorruptArtifactException(
        Text.quote(artifact.path())
            + " in the store has "
            + difference
            + " than was recorded, perhaps you should find out who changed it");
  }
}
