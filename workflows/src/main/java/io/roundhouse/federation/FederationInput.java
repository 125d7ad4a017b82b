package io.roundhouse.federation;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * A federation's register as one run hands it to the next.
 *
 * @param federation its name
 * @param change up to which the authority's changes were taken up
 * @param members in the order of their names
 * @param revocations the newest list of revoked certificates
 */
public record FederationInput(
    String federation,
    int change,
    List<Member> members,
    Optional<RevocationsPublished> revocations) {
  public FederationInput {
    requireNonNull(federation, "federation is null");
    requireNonNull(revocations, "revocations is null");
    members = List.copyOf(members);
  }

  /** A federation that nothing is known of yet: its authority tells. */
  public static FederationInput of(String federation) {
    return new FederationInput(federation, 0, List.of(), Optional.empty());
  }
}
