package io.roundhouse.gateway;

import io.netty.handler.ssl.OpenSslCertificateException;
import io.netty.handler.ssl.SslProvider;
import io.netty.internal.tcnative.CertificateVerifier;
import io.roundhouse.domain.Identity;
import io.roundhouse.domain.Text;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXCertPathValidatorResult;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Believes certificates that lead to the federation's root over at most one issuing authority, are
 * in force, not revoked, made for clients, and name somebody of the federation.
 */
final class FederationTrust extends X509ExtendedTrustManager {
  private static final String CLIENT = "1.3.6.1.5.5.7.3.2";
  private static final int LONGEST = 3;

  private final String federation;
  private final IdentityReader identities;
  private final RevocationLists revoked;
  private volatile Set<TrustAnchor> roots;

  FederationTrust(
      String federation,
      IdentityReader identities,
      RevocationLists revoked,
      List<X509Certificate> roots) {
    this.federation = federation;
    this.identities = identities;
    this.revoked = revoked;
    this.roots = anchors(roots);
  }

  void trust(List<X509Certificate> newRoots) {
    roots = anchors(newRoots);
  }

  /**
   * Who has shown these certificates.
   *
   * @param chain the leaf first
   * @throws CertificateException if they are not to be believed, with the reason
   */
  Identity admit(List<X509Certificate> chain) throws CertificateException {
    if (chain.isEmpty() || chain.size() > LONGEST) {
      throw new CertificateException("a chain of " + chain.size() + " certificates");
    }
    X509Certificate leaf = chain.get(0);
    X509Certificate root = verify(chain);
    List<String> uses = leaf.getExtendedKeyUsage();
    if (uses == null || !uses.contains(CLIENT) || leaf.getBasicConstraints() >= 0) {
      throw new CertificateException("the certificate is not one for clients");
    }
    checkRevoked(chain, root);
    Identity identity = identities.read(leaf);
    if (!identity.federation().equals(federation)) {
      throw new CertificateException(
          "the certificate is one of federation " + Text.quote(identity.federation()));
    }
    return identity;
  }

  /**
   * Whether certificates that were admitted still are to be believed.
   *
   * @throws CertificateException if not, with the reason
   */
  void readmit(List<X509Certificate> chain) throws CertificateException {
    X509Certificate root = null;
    for (X509Certificate certificate : chain) {
      certificate.checkValidity();
    }
    for (TrustAnchor anchor : roots) {
      X509Certificate candidate = anchor.getTrustedCert();
      X509Certificate last = chain.get(chain.size() - 1);
      if (candidate.getSubjectX500Principal().equals(last.getIssuerX500Principal())
          || candidate.equals(last)) {
        root = candidate;
      }
    }
    if (root == null) {
      throw new CertificateException("the certificate's root is not trusted any more");
    }
    checkRevoked(chain, root);
  }

  private void checkRevoked(List<X509Certificate> chain, X509Certificate root)
      throws CertificateException {
    X509Certificate leaf = chain.get(0);
    if (chain.size() == 1 || chain.get(1).equals(root)) {
      revoked.check(leaf, root);
    } else {
      revoked.check(leaf, chain.get(1));
      revoked.checkAuthority(chain.get(1), root);
    }
  }

  /** The root that the chain leads to. */
  private X509Certificate verify(List<X509Certificate> chain) throws CertificateException {
    Set<TrustAnchor> anchors = roots;
    List<X509Certificate> withoutRoot =
        chain.stream()
            .filter(one -> anchors.stream().noneMatch(root -> one.equals(root.getTrustedCert())))
            .toList();
    try {
      CertPath path = CertificateFactory.getInstance("X.509").generateCertPath(withoutRoot);
      PKIXParameters parameters = new PKIXParameters(anchors);
      parameters.setRevocationEnabled(false);
      PKIXCertPathValidatorResult result =
          (PKIXCertPathValidatorResult)
              CertPathValidator.getInstance("PKIX").validate(path, parameters);
      return result.getTrustAnchor().getTrustedCert();
    } catch (CertPathValidatorException e) {
      throw unbelievable(e);
    } catch (GeneralSecurityException e) {
      throw new CertificateException(e);
    }
  }

  private static CertificateException unbelievable(CertPathValidatorException e) {
    if (e.getReason() == BasicReason.EXPIRED) {
      return new CertificateExpiredException("the certificate has expired");
    }
    if (e.getReason() == BasicReason.NOT_YET_VALID) {
      return new CertificateNotYetValidException("the certificate is not valid yet");
    }
    return new CertificateException(
        "the certificate does not lead to the federation's root (" + e.getMessage() + ")", e);
  }

  private static Set<TrustAnchor> anchors(List<X509Certificate> roots) {
    return roots.stream()
        .map(root -> new TrustAnchor(root, null))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** In a handshake: what is wrong is told to the other side as far as TLS has words for it. */
  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    try {
      admit(List.of(chain));
    } catch (CertificateExpiredException | CertificateNotYetValidException | RevokedException e) {
      throw e;
    } catch (CertificateException e) {
      throw Tls.provider() == SslProvider.OPENSSL ? rejected(e) : e;
    }
  }

  /** With the number that makes BoringSSL say "bad certificate", not "internal error". */
  private static CertificateException rejected(CertificateException e) {
    return new OpenSslCertificateException(
        e.getMessage(), e, CertificateVerifier.X509_V_ERR_CERT_REJECTED);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, type);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, type);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("this side is the server");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("this side is the server");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("this side is the server");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return roots.stream().map(TrustAnchor::getTrustedCert).toArray(X509Certificate[]::new);
  }
}
