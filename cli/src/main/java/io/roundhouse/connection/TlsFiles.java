package io.roundhouse.connection;

import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.roundhouse.connection.Connection.Tls;
import io.temporal.serviceclient.SimpleSslContextBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** The certificates and the key of a connection, read from their files. */
final class TlsFiles {
  private TlsFiles() {}

  /**
   * @throws ConnectionException if a file is not there or not what it should be
   */
  static SslContext context(Tls tls) {
    SimpleSslContextBuilder builder =
        tls.certificate()
            .map(certificate -> withCertificate(certificate, tls.key().orElseThrow()))
            .orElseGet(SimpleSslContextBuilder::noKeyOrCertChain);
    tls.authority().ifPresent(file -> builder.setTrustManager(trust(file)));
    try {
      return builder.build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new ConnectionException(
          "the certificate "
              + tls.certificate().map(Path::toString).orElse("")
              + " or its key cannot be used ("
              + e.getMessage()
              + "), perhaps you should give PEM files, the key as PKCS#8 without a password",
          e);
    }
  }

  private static SimpleSslContextBuilder withCertificate(Path certificate, Path key) {
    try (InputStream chain = open(certificate);
        InputStream secret = open(key)) {
      return SimpleSslContextBuilder.forPKCS8(buffered(chain), buffered(secret));
    } catch (IOException e) {
      throw unreadable(certificate, e);
    }
  }

  private static InputStream buffered(InputStream file) throws IOException {
    return new ByteArrayInputStream(file.readAllBytes());
  }

  private static InputStream open(Path file) {
    try {
      return Files.newInputStream(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static TrustManager trust(Path file) {
    try (InputStream pem = open(file)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        store.setCertificateEntry("authority-" + number++, each);
      }
      if (number == 0) {
        throw new ConnectionException(
            "there is no certificate in " + file + ", perhaps you should give a PEM file");
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return Stream.of(factory.getTrustManagers())
          .filter(X509TrustManager.class::isInstance)
          .findFirst()
          .orElseThrow();
    } catch (IOException | GeneralSecurityException e) {
      throw unreadable(file, e);
    }
  }

  private static ConnectionException unreadable(Path file, Exception cause) {
    return new ConnectionException(
        cause instanceof NoSuchFileException
            ? "there is no file " + file + ", perhaps you should check its path"
            : "no certificates can be read from "
                + file
                + ", perhaps you should check that it is a PEM file, and its permissions",
        cause);
  }
}
