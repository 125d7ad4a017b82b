package io.roundhouse.provisioning;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.roundhouse.kit.Pem;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes X.509 CRLs of version 2 (RFC 5280, 5). */
final class RevocationList {
  /** When a newer one should be there. A gateway that gets none keeps to the last one. */
  static final Duration NEXT = Duration.ofDays(30);

  private RevocationList() {}

  /** A list as PEM text. */
  static byte[] sign(
      X509Certificate issuer,
      PrivateKey key,
      List<RevokedSerial> revoked,
      long number,
      Instant time) {
    Instant now = time.truncatedTo(ChronoUnit.SECONDS);
    X509v2CRLBuilder list =
        new JcaX509v2CRLBuilder(issuer, Date.from(now)).setNextUpdate(Date.from(now.plus(NEXT)));
    for (RevokedSerial one : revoked) {
      list.addCRLEntry(
          one.serial(), Date.from(one.revocation().at()), one.revocation().reason().code());
    }
    try {
      list.addExtension(Extension.cRLNumber, false, new CRLNumber(BigInteger.valueOf(number)));
      list.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(issuer));
      return Pem.write(
              "X509 CRL",
              list.build(new JcaContentSignerBuilder(Keys.SIGNATURE).build(key)).getEncoded())
          .getBytes(US_ASCII);
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }
}
