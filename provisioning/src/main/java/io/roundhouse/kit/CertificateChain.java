package io.roundhouse.kit;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Digest;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A member's certificate with what makes it genuine.
 *
 * @param root the federation's root
 * @param certificates the member's, then that of the authority which issued it
 */
public record CertificateChain(X509Certificate root, List<X509Certificate> certificates) {
  private static final int LENGTH = 2;

  /**
   * @throws IllegalArgumentException if there are not two certificates
   */
  public CertificateChain {
    requireNonNull(root, "root is null");
    certificates = List.copyOf(certificates);
    if (certificates.size() != LENGTH) {
      throw new IllegalArgumentException(
          "holds %d certificates where there should be two: the member's and its issuer's"
              .formatted(certificates.size()));
    }
  }

  /** The member's. */
  public X509Certificate member() {
    return certificates.get(0);
  }

  /** That of the authority which issued the member's. */
  public X509Certificate issuer() {
    return certificates.get(1);
  }

  /** SHA-256 of a certificate's bytes: what people compare. */
  public static Digest fingerprint(X509Certificate certificate) {
    try {
      return Digest.of(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Why it does not lead from the member to the root; empty if it does. Dates are not looked at.
   */
  public Optional<String> flaw() {
    try {
      root.verify(root.getPublicKey());
      PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(latestStart()));
      CertPathValidator.getInstance("PKIX")
          .validate(
              CertificateFactory.getInstance("X.509").generateCertPath(certificates), parameters);
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** What is wrong with its dates at a time. */
  List<String> problemsAt(Instant time) {
    List<String> problems = new ArrayList<>();
    for (X509Certificate certificate : List.of(member(), issuer(), root)) {
      String whose =
          certificate.equals(member())
              ? "its certificate"
              : "the authority " + certificate.getSubjectX500Principal().getName();
      Instant from = certificate.getNotBefore().toInstant();
      Instant until = certificate.getNotAfter().toInstant();
      if (time.isBefore(from)) {
        problems.add(
            "%s is valid from %s, but this machine's clock says %s, perhaps you should set the clock"
                .formatted(whose, from, time));
      }
      if (time.isAfter(until)) {
        problems.add(
            "%s ended on %s (it is %s), perhaps you should ask your project admin for a renewed kit"
                .formatted(whose, until, time));
      }
    }
    return problems;
  }

  private Instant latestStart() {
    return certificates.stream()
        .map(certificate -> certificate.getNotBefore().toInstant())
        .max(Instant::compareTo)
        .orElseThrow();
  }
}
