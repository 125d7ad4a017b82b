package io.roundhouse.domain;

import static java.util.Objects.requireNonNull;

/**
 * An immutable object in the store.
 *
 * @param path key within the bucket, slash-separated, relative
 * @param sha256 digest of its bytes
 * @param bytes its size
 */
public record Artifact(String path, Digest sha256, long bytes) {
  public Artifact {
    requireNonNull(path, "path is null");
    requireNonNull(sha256, "sha256 is null");
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes is negative: " + bytes);
    }
  }
}
