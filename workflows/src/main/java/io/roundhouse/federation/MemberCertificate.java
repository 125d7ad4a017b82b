package io.roundhouse.federation;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Digest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A certificate that was issued to a member.
 *
 * @param serial in lower-case hexadecimal digits
 * @param sha256 of its bytes
 * @param from its start
 * @param until its end
 * @param authority number of the issuing authority that signed it
 * @param kit number of the folder of kits that it went out in
 * @param revocation if it was revoked
 */
public record MemberCertificate(
    String serial,
    Digest sha256,
    Instant from,
    Instant until,
    int authority,
    int kit,
    Optional<Revocation> revocation) {
  public MemberCertificate {
    requireNonNull(serial, "serial is null");
    requireNonNull(sha256, "sha256 is null");
    requireNonNull(from, "from is null");
    requireNonNull(until, "until is null");
    requireNonNull(revocation, "revocation is null");
  }

  /** Whether whoever shows it at that time is let in. */
  public boolean isValidAt(Instant time) {
    return revocation.isEmpty() && !time.isBefore(from) && !time.isAfter(until);
  }

  /** When a new one should take its place: at two thirds of its time. */
  public Instant renewal() {
    return from.plus(Duration.between(from, until).multipliedBy(2).dividedBy(3));
  }

  /** The same certificate, revoked; the first revocation stays. */
  public MemberCertificate revoked(Revocation now) {
    return new MemberCertificate(
        serial,
        sha256,
        from,
        until,
        authority,
        kit,
        revocation.isPresent() ? revocation : Optional.of(now));
  }
}
