package io.roundhouse.federation;

import static java.util.Objects.requireNonNull;

/**
 * Revokes the certificates of a member.
 *
 * @param federation whose
 * @param order who, why and by whom
 */
public record RevokeTask(String federation, Revoke order) {
  public RevokeTask {
    requireNonNull(federation, "federation is null");
    requireNonNull(order, "order is null");
  }
}
