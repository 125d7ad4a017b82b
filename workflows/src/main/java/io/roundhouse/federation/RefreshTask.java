package io.roundhouse.federation;

import static java.util.Objects.requireNonNull;

/**
 * Has the list of revoked certificates signed and published.
 *
 * @param federation whose
 * @param since the last change that is known
 */
public record RefreshTask(String federation, int since) {
  public RefreshTask {
    requireNonNull(federation, "federation is null");
  }
}
