package io.roundhouse.federation;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Identity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A server, site or operator of a federation.
 *
 * @param identity who
 * @param studies those that it takes part in; none if the federation has none
 * @param certificates in the order of their issue; ended ones may be left out
 */
public record Member(
    Identity identity, List<String> studies, List<MemberCertificate> certificates) {
  public Member {
    requireNonNull(identity, "identity is null");
    studies = List.copyOf(studies);
    certificates = List.copyOf(certificates);
  }

  /** The certificate that was issued last, of those that are not revoked if there are any. */
  public Optional<MemberCertificate> newest() {
    return certificates.stream()
        .filter(certificate -> certificate.revocation().isEmpty())
        .reduce((earlier, later) -> later)
        .or(() -> certificates.stream().reduce((earlier, later) -> later));
  }

  /** Why it is out, if all its certificates are revoked. */
  public Optional<Revocation> revocation() {
    return newest().flatMap(MemberCertificate::revocation);
  }

  /** Whether one of its certificates is valid at that time. */
  public boolean isValidAt(Instant time) {
    return certificates.stream().anyMatch(certificate -> certificate.isValidAt(time));
  }

  /** The same member with one more certificate; one that it has already changes nothing. */
  public Member with(MemberCertificate certificate) {
    if (certificates.stream().anyMatch(known -> known.serial().equals(certificate.serial()))) {
      return this;
    }
    List<MemberCertificate> all = new ArrayList<>(certificates);
    all.add(certificate);
    return new Member(identity, studies, all);
  }

  /** The same member with all its certificates revoked. */
  public Member revoked(Revocation revocation) {
    return new Member(
        identity,
        studies,
        certificates.stream().map(certificate -> certificate.revoked(revocation)).toList());
  }
}
