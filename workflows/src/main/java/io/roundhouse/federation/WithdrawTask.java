package io.roundhouse.federation;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Identity;

/**
 * Has a certificate revoked that was issued in vain, and its kit deleted. That there is none is
 * fine.
 *
 * @param id of the {@link IssueTask}
 * @param identity for whom it was
 */
public record WithdrawTask(String id, Identity identity) {
  public WithdrawTask {
    requireNonNull(id, "id is null");
    requireNonNull(identity, "identity is null");
  }
}
