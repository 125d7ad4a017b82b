package io.roundhouse.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Update;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Function;

/**
 * Verifies updates with the certificates of the sites. Whether a certificate is to be trusted, and
 * has not been revoked, is the business of whoever gives it: a site without one is not believed.
 */
public final class CertificateSignatures implements UpdateSignature {
  private static final int LONGEST = 1_000;

  private final Function<SiteName, Optional<X509Certificate>> certificates;

  /**
   * @param certificates the certificate of each site that is one of the federation
   */
  public CertificateSignatures(Function<SiteName, Optional<X509Certificate>> certificates) {
    this.certificates = requireNonNull(certificates, "certificates is null");
  }

  @Override
  public Optional<String> problem(JobId job, int round, int take, Update update) {
    Optional<X509Certificate> certificate = certificates.apply(update.site());
    if (certificate.isEmpty()) {
      return Optional.of(
          "the federation has no valid certificate of "
              + update.site()
              + ", perhaps you should enrol the site");
    }
    if (update.signature().isEmpty()) {
      return Optional.of("it is not signed, perhaps you should start the site from its kit");
    }
    return isSigned(update.signature().get(), update.statement(job, round, take), certificate.get())
        ? Optional.empty()
        : Optional.of(
            "its signature is not that of "
                + update.site()
                + " for this update, perhaps it was changed on its way or signed with an old key");
  }

  private static boolean isSigned(String base64, String statement, X509Certificate certificate) {
    if (base64.length() > LONGEST) {
      return false;
    }
    try {
      Signature signature = Signature.getInstance(Update.SIGNATURE_ALGORITHM);
      signature.initVerify(certificate.getPublicKey());
      signature.update(statement.getBytes(US_ASCII));
      return signature.verify(Base64.getDecoder().decode(base64));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // What is no signature, or no EC key, signs nothing.
      return false;
    }
  }
}
