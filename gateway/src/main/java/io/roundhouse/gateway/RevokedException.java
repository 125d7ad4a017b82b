package io.roundhouse.gateway;

import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;

/** A certificate was revoked; TLS tells the other side so. */
final class RevokedException extends CertificateException {
  private RevokedException(String message, Throwable cause) {
    super(message, cause);
  }

  static RevokedException of(X509Certificate certificate) {
    String message =
        "the certificate " + certificate.getSerialNumber().toString(16) + " is revoked";
    return new RevokedException(
        message, new CertPathValidatorException(message, null, null, -1, BasicReason.REVOKED));
  }
}
