package io.roundhouse.gateway;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslServerContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;

/** TLS 1.3 with certificates on both sides: BoringSSL where it is to be had, else the JDK's. */
final class Tls {
  private static final ApplicationProtocolConfig PROTOCOLS =
      new ApplicationProtocolConfig(
          Protocol.ALPN,
          SelectorFailureBehavior.NO_ADVERTISE,
          SelectedListenerFailureBehavior.ACCEPT,
          ApplicationProtocolNames.HTTP_2,
          ApplicationProtocolNames.HTTP_1_1);

  private Tls() {}

  static SslProvider provider() {
    boolean wanted = !"jdk".equals(System.getProperty("roundhouse.gateway.tls"));
    return wanted && OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
  }

  /**
   * Sessions are not resumed: every connection shows its certificate.
   *
   * @param newcomers whether those without one get through, too. They know the federation's root by
   *     its digest only, so it is shown as the last of the own certificates
   */
  static SslContext server(TlsMaterial material, TrustManager trust, boolean newcomers) {
    try {
      SslContext context =
          SslContextBuilder.forServer(
                  material.key(), newcomers ? material.chainWithRoot() : material.chain())
              .sslProvider(provider())
              .trustManager(trust)
              .clientAuth(newcomers ? ClientAuth.OPTIONAL : ClientAuth.REQUIRE)
              .protocols("TLSv1.3")
              .applicationProtocolConfig(PROTOCOLS)
              .build();
      if (context instanceof OpenSslServerContext openSsl) {
        openSsl.sessionContext().setSessionCacheEnabled(false);
      }
      return context;
    } catch (SSLException e) {
      throw new GatewayException(
          "TLS cannot be set up with "
              + material
              + " ("
              + e.getMessage()
              + "), perhaps you should check that the key is the certificate's",
          e);
    }
  }

  /** Whether the other side has shown a certificate. */
  static boolean isPeerKnown(SSLSession session) {
    try {
      return session.getPeerCertificates().length > 0;
    } catch (SSLPeerUnverifiedException e) {
      return false;
    }
  }

  static List<X509Certificate> peer(SSLSession session) throws SSLPeerUnverifiedException {
    return Arrays.stream(session.getPeerCertificates()).map(X509Certificate.class::cast).toList();
  }
}
