package io.roundhouse.gateway;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Digest;
import java.util.Optional;

/**
 * What a task may do with one object.
 *
 * @param method {@code GET} or {@code PUT}
 * @param path the object
 * @param bytes its size if it is read, the most if it is written
 * @param sha256 its digest if it is read
 */
record Grant(String method, String path, long bytes, Optional<Digest> sha256) {
  Grant {
    requireNonNull(method, "method is null");
    requireNonNull(path, "path is null");
    requireNonNull(sha256, "sha256 is null");
  }
}
