package io.roundhouse.provisioning;

import static java.util.Objects.requireNonNull;

import io.roundhouse.federation.Revocation;
import java.math.BigInteger;

/**
 * One line of a list of revoked certificates.
 *
 * @param serial the certificate's
 * @param revocation when and why
 */
record RevokedSerial(BigInteger serial, Revocation revocation) {
  RevokedSerial {
    requireNonNull(serial, "serial is null");
    requireNonNull(revocation, "revocation is null");
  }
}
