package io.roundhouse.provisioning;

import io.roundhouse.domain.Identity;
import io.roundhouse.kit.Address;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** The three forms of certificates (X.509 v3, RFC 5280): root, issuing authority, member. */
final class Certificates {
  private static final int SERIAL_BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int AUTHORITY_USAGE =
      KeyUsage.keyCertSign | KeyUsage.cRLSign | KeyUsage.digitalSignature;

  private Certificates() {}

  /** The root, which signs itself and authorities below it. */
  static X509Certificate root(String federation, KeyPair keys, Instant from, Instant until) {
    X500Name name = authority(federation, federation + " root");
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            name, serial(), Date.from(from), Date.from(until), name, keys.getPublic());
    try {
      authority(builder, 1, keys.getPublic());
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    return sign(builder, keys.getPrivate());
  }

  /** An authority that issues certificates to members and to nobody else. */
  static X509Certificate issuing(
      X509Certificate root,
      PrivateKey rootKey,
      String federation,
      int number,
      PublicKey key,
      Instant from,
      Instant until) {
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            root,
            serial(),
            Date.from(from),
            Date.from(until),
            new X500Principal(encoded(authority(federation, federation + " issuing " + number))),
            key);
    try {
      authority(builder, 0, key);
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(root));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    return sign(builder, rootKey);
  }

  /** A member's; servers may be reached at the addresses. */
  static X509Certificate member(
      X509Certificate issuer,
      PrivateKey issuerKey,
      Identity identity,
      PublicKey key,
      List<Address> addresses,
      Instant from,
      Instant until) {
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            issuer,
            serial(),
            Date.from(from),
            Date.from(until),
            new X500Principal(encoded(subject(identity))),
            key);
    boolean isServer = identity.kind() == Identity.Kind.SERVER;
    List<GeneralName> names = new ArrayList<>();
    names.add(new GeneralName(GeneralName.uniformResourceIdentifier, identity.uri()));
    if (isServer) {
      addresses.stream().map(Certificates::name).distinct().forEach(names::add);
    }
    KeyPurposeId[] purposes =
        isServer
            ? new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}
            : new KeyPurposeId[] {KeyPurposeId.id_kp_clientAuth};
    try {
      JcaX509ExtensionUtils utilities = new JcaX509ExtensionUtils();
      builder
          .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
          .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
          .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes))
          .addExtension(
              Extension.subjectAlternativeName,
              false,
              new GeneralNames(names.toArray(GeneralName[]::new)))
          .addExtension(
              Extension.subjectKeyIdentifier, false, utilities.createSubjectKeyIdentifier(key))
          .addExtension(
              Extension.authorityKeyIdentifier,
              false,
              utilities.createAuthorityKeyIdentifier(issuer));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    return sign(builder, issuerKey);
  }

  /** How a serial number is written. */
  static String serial(X509Certificate certificate) {
    return certificate.getSerialNumber().toString(16);
  }

  private static void authority(X509v3CertificateBuilder builder, int below, PublicKey key)
      throws IOException, GeneralSecurityException {
    builder
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(below))
        .addExtension(Extension.keyUsage, true, new KeyUsage(AUTHORITY_USAGE))
        .addExtension(
            Extension.subjectKeyIdentifier,
            false,
            new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key));
  }

  private static X500Name authority(String federation, String name) {
    return new X500NameBuilder(BCStyle.INSTANCE)
        .addRDN(BCStyle.CN, name)
        .addRDN(BCStyle.O, federation)
        .build();
  }

  private static X500Name subject(Identity identity) {
    X500NameBuilder name =
        new X500NameBuilder(BCStyle.INSTANCE)
            .addRDN(BCStyle.CN, identity.name())
            .addRDN(BCStyle.O, identity.organisation());
    identity.role().ifPresent(role -> name.addRDN(BCStyle.OU, role.toString()));
    return name.build();
  }

  private static GeneralName name(Address address) {
    return new GeneralName(
        address.isIp() ? GeneralName.iPAddress : GeneralName.dNSName, address.host());
  }

  private static byte[] encoded(X500Name name) {
    try {
      return name.getEncoded();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Random, positive, of 127 bits. */
  private static BigInteger serial() {
    byte[] bytes = new byte[SERIAL_BYTES];
    RANDOM.nextBytes(bytes);
    bytes[0] = (byte) ((bytes[0] & 0x3f) | 0x40);
    return new BigInteger(bytes);
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key) {
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder(Keys.SIGNATURE).build(key)));
    } catch (OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
