package io.roundhouse.provisioning;

import io.roundhouse.domain.Digest;
import io.roundhouse.kit.CertificateChain;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts servers below a root of which only the fingerprint is known: the root must be among the
 * certificates that the server shows, and all is then checked as if it had been known.
 */
final class PinnedRoot extends X509ExtendedTrustManager {
  private final Digest root;

  private PinnedRoot(Digest root) {
    this.root = root;
  }

  static SSLContext sslContext(Digest root) {
    try {
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(null, new TrustManager[] {new PinnedRoot(root)}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    trust(chain).checkServerTrusted(chain, type, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    trust(chain).checkServerTrusted(chain, type, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("the server's name would not be checked");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("this is no server");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("this is no server");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("this is no server");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }

  private X509ExtendedTrustManager trust(X509Certificate[] chain) throws CertificateException {
    X509Certificate shown =
        Stream.of(chain)
            .filter(certificate -> CertificateChain.fingerprint(certificate).equals(root))
            .findFirst()
            .orElseThrow(
                () ->
                    new CertificateException(
                        "the server does not show the root of the token's federation"));
    try {
      KeyStore roots = KeyStore.getInstance("PKCS12");
      roots.load(null, new char[0]);
      roots.setCertificateEntry("root", shown);
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(roots);
      return (X509ExtendedTrustManager) trust.getTrustManagers()[0];
    } catch (GeneralSecurityException | IOException e) {
      throw new CertificateException(e);
    }
  }
}
