package io.roundhouse.kit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.roundhouse.domain.Text;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates, keys and lists of revoked certificates as text (RFC 7468). */
public final class Pem {
  private static final int MOST_BYTES = 4 << 20;
  private static final int LINE = 64;
  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(LINE, "\n".getBytes(ISO_8859_1));
  private static final Pattern BLOCK =
      Pattern.compile(
          "\\s*-----BEGIN ([A-Z0-9 ]{1,40})-----\\s([A-Za-z0-9+/=\\s]*)-----END \\1-----\\s*");

  /** One block of a text. */
  public static final class Block {
    private final String type;
    private final byte[] der;

    private Block(String type, byte[] der) {
      this.type = type;
      this.der = der;
    }

    /** {@code CERTIFICATE} and the like. */
    public String type() {
      return type;
    }

    /** Its bytes. */
    public byte[] der() {
      return der.clone();
    }
  }

  private Pem() {}

  /** One block, with a line feed at its end. */
  public static String write(String type, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(type, LINES.encodeToString(der), type);
  }

  /** Certificates, one after the other. */
  public static String write(List<X509Certificate> certificates) {
    StringBuilder text = new StringBuilder();
    for (X509Certificate certificate : certificates) {
      try {
        text.append(write("CERTIFICATE", certificate.getEncoded()));
      } catch (CertificateEncodingException e) {
        throw new IllegalArgumentException(e);
      }
    }
    return text.toString();
  }

  /**
   * The blocks of a text, which has nothing else in it but white space.
   *
   * @throws IllegalArgumentException if it has, or a block is damaged
   */
  public static List<Block> blocks(byte[] text) {
    if (text.length > MOST_BYTES) {
      throw new IllegalArgumentException("is larger than 4 MiB");
    }
    String characters = new String(text, ISO_8859_1);
    List<Block> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(characters);
    int end = 0;
    while (end < characters.length() && block.find(end) && block.start() == end) {
      blocks.add(new Block(block.group(1), bytes(block.group(2))));
      end = block.end();
    }
    if (blocks.isEmpty() || end < characters.length()) {
      throw new IllegalArgumentException("is not PEM text, or has been damaged");
    }
    return blocks;
  }

  /**
   * Certificates, in their order.
   *
   * @throws IllegalArgumentException if the text is damaged or has other blocks in it
   */
  public static List<X509Certificate> certificates(byte[] text) {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Block block : blocks(text)) {
      require(block, "CERTIFICATE");
      certificates.add(certificate(block));
    }
    return certificates;
  }

  /**
   * A private elliptic-curve key, not encrypted.
   *
   * @throws IllegalArgumentException if the text is damaged or holds something else
   */
  public static PrivateKey privateKey(byte[] text) {
    List<Block> blocks = blocks(text);
    require(blocks.get(0), "PRIVATE KEY");
    if (blocks.size() > 1) {
      throw new IllegalArgumentException("holds more than one key");
    }
    try {
      return KeyFactory.getInstance("EC")
          .generatePrivate(new PKCS8EncodedKeySpec(blocks.get(0).der()));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("holds no elliptic-curve key, or has been damaged", e);
    }
  }

  static X509Certificate certificate(Block block) {
    try {
      return (X509Certificate) factory().generateCertificate(new ByteArrayInputStream(block.der()));
    } catch (CertificateException e) {
      throw new IllegalArgumentException("holds no X.509 certificate, or has been damaged", e);
    }
  }

  static X509CRL revocations(Block block) {
    try {
      return (X509CRL) factory().generateCRL(new ByteArrayInputStream(block.der()));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("holds no X.509 CRL, or has been damaged", e);
    }
  }

  private static void require(Block block, String type) {
    if (!block.type().equals(type)) {
      throw new IllegalArgumentException(
          "holds a " + Text.quote(block.type()) + " where a " + type + " should be");
    }
  }

  private static byte[] bytes(String base64) {
    try {
      return Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("is not PEM text, or has been damaged", e);
    }
  }

  private static CertificateFactory factory() throws CertificateException {
    return CertificateFactory.getInstance("X.509");
  }
}
