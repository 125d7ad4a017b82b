package io.roundhouse.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A certificate with its key, and what the other side's certificates must lead to.
 *
 * @param chain the own certificate first, then its issuers up to, but without, the root
 * @param key of the own certificate; never shown
 * @param roots trust anchors, one at least
 */
public record TlsMaterial(
    List<X509Certificate> chain, PrivateKey key, List<X509Certificate> roots) {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  /**
   * @throws IllegalArgumentException if a list is empty, or the key is not the certificate's
   */
  public TlsMaterial {
    chain = List.copyOf(chain);
    requireNonNull(key, "key is null");
    roots = List.copyOf(roots);
    if (chain.isEmpty() || roots.isEmpty()) {
      throw new IllegalArgumentException("the chain or the roots are empty");
    }
    requirePair(chain.get(0), key);
  }

  /**
   * Reads PEM files.
   *
   * @param chain certificates, the own one first
   * @param key PKCS#8, not encrypted
   * @param roots certificates
   * @throws GatewayException if one cannot be read
   */
  public static TlsMaterial read(Path chain, Path key, Path roots) {
    return new TlsMaterial(certificates(chain), key(key), certificates(roots));
  }

  /** The chain with the root that it leads to as the last. */
  List<X509Certificate> chainWithRoot() {
    X509Certificate last = chain.get(chain.size() - 1);
    return roots.contains(last)
        ? chain
        : Stream.concat(
                chain.stream(), roots.stream().filter(root -> isIssuer(root, last)).limit(1))
            .toList();
  }

  private static boolean isIssuer(X509Certificate root, X509Certificate certificate) {
    try {
      certificate.verify(root.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return "TlsMaterial[" + chain.get(0).getSubjectX500Principal() + "]";
  }

  private static void requirePair(X509Certificate certificate, PrivateKey key) {
    String algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
    byte[] probe = {1, 2, 3};
    boolean pair;
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(probe);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(probe);
      pair = signature.verify(signed);
    } catch (GeneralSecurityException e) {
      pair = false;
    }
    if (!pair) {
      throw new IllegalArgumentException(
          "the key is not that of "
              + certificate.getSubjectX500Principal()
              + ", perhaps you should look which key belongs to the certificate");
    }
  }

  private static List<X509Certificate> certificates(Path file) {
    try {
      List<X509Certificate> found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (found.isEmpty()) {
        throw new CertificateException("it holds none");
      }
      return found;
    } catch (IOException | CertificateException e) {
      throw unreadable("certificates", file, e);
    }
  }

  private static PrivateKey key(Path file) {
    try {
      Matcher pem = KEY.matcher(Files.readString(file, US_ASCII));
      if (!pem.find()) {
        throw new IOException("it holds no PKCS#8 key");
      }
      PKCS8EncodedKeySpec spec =
          new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
      try {
        return KeyFactory.getInstance("EC").generatePrivate(spec);
      } catch (GeneralSecurityException e) {
        return KeyFactory.getInstance("RSA").generatePrivate(spec);
      }
    } catch (IOException | GeneralSecurityException e) {
      throw unreadable("a private key", file, e);
    }
  }

  private static GatewayException unreadable(String what, Path file, Exception cause) {
    return new GatewayException(
        file + " cannot be read as " + what + " (" + cause + "), perhaps you should check the kit",
        cause);
  }
}
