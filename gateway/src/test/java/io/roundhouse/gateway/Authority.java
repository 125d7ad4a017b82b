package io.roundhouse.gateway;

import io.roundhouse.domain.Role;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A real certificate authority for tests: root, issuing CA, leaves, revocation list. */
final class Authority {
  private static final AtomicLong SERIALS = new AtomicLong(1000);
  private static final Duration YEAR = Duration.ofDays(365);

  private final KeyPair rootKey = keys();
  private final KeyPair issuingKey = keys();
  private final X509Certificate root;
  private final X509Certificate issuing;
  private final List<X509Certificate> revoked = new ArrayList<>();

  /** A certificate, its key and its issuers. */
  record Credentials(List<X509Certificate> chain, KeyPair keys, X509Certificate root) {
    X509Certificate leaf() {
      return chain.get(0);
    }

    TlsMaterial material() {
      return new TlsMaterial(chain, keys.getPrivate(), List.of(root));
    }
  }

  /** What can be varied in a leaf. */
  record Leaf(
      String subject,
      List<String> uris,
      Instant from,
      Instant until,
      boolean forClients,
      boolean authority) {
    static Leaf of(String subject, String uri) {
      Instant now = Instant.now();
      return new Leaf(
          subject, List.of(uri), now.minus(Duration.ofMinutes(5)), now.plus(YEAR), true, false);
    }

    Leaf during(Instant first, Instant last) {
      return new Leaf(subject, uris, first, last, forClients, authority);
    }

    Leaf withUris(List<String> names) {
      return new Leaf(subject, names, from, until, forClients, authority);
    }

    Leaf notForClients() {
      return new Leaf(subject, uris, from, until, false, authority);
    }

    Leaf asAuthority() {
      return new Leaf(subject, uris, from, until, forClients, true);
    }
  }

  Authority() {
    root = authority("CN=root", "CN=root", rootKey, rootKey, 1);
    issuing = authority("CN=issuing", "CN=root", issuingKey, rootKey, 0);
  }

  X509Certificate root() {
    return root;
  }

  X509Certificate issuing() {
    return issuing;
  }

  static Leaf siteLeaf(String name) {
    return Leaf.of("CN=" + name + ",O=" + name + "-org", "spiffe://demo/site/" + name);
  }

  Credentials site(String name) {
    return issue(siteLeaf(name));
  }

  Credentials site(String name, String organisation) {
    return issue(Leaf.of("CN=" + name + ",O=" + organisation, "spiffe://demo/site/" + name));
  }

  Credentials operator(String name, String organisation, Role role) {
    return issue(
        Leaf.of(
            "CN=" + name + ",O=" + organisation + ",OU=" + role, "spiffe://demo/operator/" + name));
  }

  Credentials server(String name) {
    return issue(Leaf.of("CN=" + name + ",O=hub", "spiffe://demo/server/" + name));
  }

  Credentials issue(Leaf leaf) {
    KeyPair keys = keys();
    try {
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              new X500Name("CN=issuing"),
              BigInteger.valueOf(SERIALS.incrementAndGet()),
              Date.from(leaf.from),
              Date.from(leaf.until),
              new X500Name(leaf.subject),
              keys.getPublic());
      List<GeneralName> names = new ArrayList<>();
      leaf.uris.forEach(
          uri -> names.add(new GeneralName(GeneralName.uniformResourceIdentifier, uri)));
      names.add(new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
      names.add(new GeneralName(GeneralName.dNSName, "localhost"));
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(names.toArray(new GeneralName[0])));
      builder.addExtension(
          Extension.extendedKeyUsage,
          false,
          leaf.forClients
              ? new ExtendedKeyUsage(
                  new KeyPurposeId[] {KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth})
              : new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(leaf.authority));
      return new Credentials(List.of(sign(builder, issuingKey), issuing), keys, root);
    } catch (CertIOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A leaf's own signature below it, which nobody allowed. */
  Credentials issuedBy(Credentials issuer, Leaf leaf) {
    KeyPair keys = keys();
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            issuer.leaf(),
            BigInteger.valueOf(SERIALS.incrementAndGet()),
            Date.from(leaf.from),
            Date.from(leaf.until),
            new X500Name(leaf.subject),
            keys.getPublic());
    try {
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(
              new GeneralName(GeneralName.uniformResourceIdentifier, leaf.uris.get(0))));
      builder.addExtension(
          Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth));
    } catch (CertIOException e) {
      throw new IllegalStateException(e);
    }
    List<X509Certificate> chain = new ArrayList<>(List.of(sign(builder, issuer.keys())));
    chain.addAll(issuer.chain());
    return new Credentials(chain, keys, root);
  }

  synchronized void revoke(Credentials credentials) {
    revoked.add(credentials.leaf());
  }

  /** The revocation lists of now. */
  synchronized List<X509CRL> lists() {
    try {
      Instant now = Instant.now();
      JcaX509v2CRLBuilder builder =
          new JcaX509v2CRLBuilder(issuing, Date.from(now.minusSeconds(60)));
      builder.setNextUpdate(Date.from(now.plus(YEAR)));
      revoked.forEach(
          leaf ->
              builder.addCRLEntry(
                  leaf.getSerialNumber(), Date.from(now), CRLReason.privilegeWithdrawn));
      return List.of(
          new JcaX509CRLConverter()
              .getCRL(
                  builder.build(
                      new JcaContentSignerBuilder("SHA256withECDSA")
                          .build(issuingKey.getPrivate()))));
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A list of the same issuer's name that somebody else signed. */
  List<X509CRL> forgedLists(Authority forger) {
    try {
      return List.of(
          new JcaX509CRLConverter()
              .getCRL(
                  new JcaX509v2CRLBuilder(issuing, Date.from(Instant.now()))
                      .setNextUpdate(Date.from(Instant.now().plus(YEAR)))
                      .build(
                          new JcaContentSignerBuilder("SHA256withECDSA")
                              .build(forger.issuingKey.getPrivate()))));
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  Trust trust(Credentials gateway) {
    return new Trust(
        "demo", gateway::material, this::lists, IdentityReader.spiffe(), site -> Optional.empty());
  }

  private static X509Certificate authority(
      String subject, String issuer, KeyPair keys, KeyPair signer, int below) {
    Instant now = Instant.now();
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            new X500Name(issuer),
            BigInteger.valueOf(SERIALS.incrementAndGet()),
            Date.from(now.minus(Duration.ofHours(1))),
            Date.from(now.plus(YEAR)),
            new X500Name(subject),
            keys.getPublic());
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(below));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    } catch (CertIOException e) {
      throw new IllegalStateException(e);
    }
    return sign(builder, signer);
  }

  private static X509Certificate sign(JcaX509v3CertificateBuilder builder, KeyPair signer) {
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate())));
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), new SecureRandom());
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
