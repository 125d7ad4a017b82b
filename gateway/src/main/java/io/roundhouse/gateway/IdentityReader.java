package io.roundhouse.gateway;

import io.roundhouse.domain.Identity;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;

/** Tells from a certificate who somebody is. */
@FunctionalInterface
public interface IdentityReader {
  /**
   * The identity.
   *
   * @param leaf a certificate whose path to the federation's root was verified
   * @throws CertificateException if it names nobody, or could be read in two ways
   */
  Identity read(X509Certificate leaf) throws CertificateException;

  /** Reads the certificates that provisioning makes: SPIFFE id, {@code CN}, {@code O}, role. */
  static IdentityReader spiffe() {
    return new SpiffeIdentityReader();
  }
}
