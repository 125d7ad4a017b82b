package io.roundhouse.federation;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What the authority did since it was asked last.
 *
 * @param revocations the newest list
 * @param change up to which its changes are in
 * @param changed members that changed
 */
public record Refreshed(RevocationsPublished revocations, int change, List<Member> changed) {
  public Refreshed {
    requireNonNull(revocations, "revocations is null");
    changed = List.copyOf(changed);
  }
}
