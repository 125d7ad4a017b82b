package io.roundhouse.gateway;

import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import io.roundhouse.gateway.Authority.Credentials;
import io.roundhouse.storage.ClientTls;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** What sites and operators connect with. */
final class Clients {
  private Clients() {}

  static SSLContext context(Credentials credentials) {
    try {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(null, null);
      keys.setKeyEntry(
          "own",
          credentials.keys().getPrivate(),
          new char[0],
          credentials.chain().toArray(new X509Certificate[0]));
      KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
      factory.init(keys, new char[0]);
      return context(factory.getKeyManagers(), credentials.root());
    } catch (GeneralSecurityException | java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Shows no certificate. */
  static SSLContext anonymous(X509Certificate root) {
    try {
      return context(new KeyManager[0], root);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SSLContext context(KeyManager[] keys, X509Certificate root)
      throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys, new X509TrustManager[] {trust(root)}, null);
    return context;
  }

  static X509TrustManager trust(X509Certificate root) {
    try {
      KeyStore roots = KeyStore.getInstance("PKCS12");
      roots.load(null, null);
      roots.setCertificateEntry("root", root);
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(roots);
      return (X509TrustManager) factory.getTrustManagers()[0];
    } catch (GeneralSecurityException | java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static ClientTls tls(Credentials credentials) {
    return new ClientTls(context(credentials).getSocketFactory(), trust(credentials.root()));
  }

  static ManagedChannel channel(InetSocketAddress gateway, Credentials credentials) {
    try {
      return NettyChannelBuilder.forAddress("127.0.0.1", gateway.getPort())
          .sslContext(
              GrpcSslContexts.configure(
                      SslContextBuilder.forClient()
                          .keyManager(credentials.keys().getPrivate(), credentials.chain()))
                  .trustManager(credentials.root())
                  .build())
          .maxInboundMessageSize(32 << 20)
          .directExecutor()
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException(e);
    }
  }
}
