package io.roundhouse.provisioning;

import static java.util.Objects.requireNonNull;

import io.roundhouse.federation.Revocation;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;

/**
 * An issuing authority in the register.
 *
 * @param number 1 for the first
 * @param serial of its certificate, in lower-case hexadecimal digits
 * @param until its end
 * @param revocation if it was revoked
 */
record IssuingAuthority(int number, String serial, Instant until, Optional<Revocation> revocation) {
  IssuingAuthority {
    requireNonNull(serial, "serial is null");
    requireNonNull(until, "until is null");
    requireNonNull(revocation, "revocation is null");
  }

  static IssuingAuthority of(int number, X509Certificate certificate) {
    return new IssuingAuthority(
        number,
        Certificates.serial(certificate),
        certificate.getNotAfter().toInstant(),
        Optional.empty());
  }

  IssuingAuthority revoked(Revocation now) {
    return new IssuingAuthority(number, serial, until, Optional.of(now));
  }

  /** Its line in the root's list of revoked authorities, if it has one. */
  Optional<RevokedSerial> line() {
    return revocation.map(known -> new RevokedSerial(new BigInteger(serial, 16), known));
  }
}
