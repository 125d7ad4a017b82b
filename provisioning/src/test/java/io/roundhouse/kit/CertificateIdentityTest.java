package io.roundhouse.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.roundhouse.domain.Identity;
import io.roundhouse.domain.Role;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;

/** Certificates of a federation's form, and everything near it. */
class CertificateIdentityTest {
  private static final KeyPair KEYS = keys();

  /** What a certificate says; changed piece by piece. */
  private static final class Draft {
    private String subject = "CN=berlin,O=clinic";
    private final List<GeneralName> names =
        new ArrayList<>(List.of(uri("spiffe://demo/site/berlin")));
    private List<KeyPurposeId> purposes = List.of(KeyPurposeId.id_kp_clientAuth);
    private int usage = KeyUsage.digitalSignature;
    private boolean authority;
    private Optional<ASN1ObjectIdentifier> critical = Optional.empty();

    X509Certificate certificate() {
      try {
        X509v3CertificateBuilder builder =
            new JcaX509v3CertificateBuilder(
                new X500Name("CN=demo issuing 1,O=demo"),
                BigInteger.ONE,
                Date.from(Instant.EPOCH),
                Date.from(Instant.EPOCH.plusSeconds(1)),
                new X500Name(subject),
                KEYS.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
        if (usage != 0) {
          builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
        }
        if (!purposes.isEmpty()) {
          builder.addExtension(
              Extension.extendedKeyUsage,
              false,
              new ExtendedKeyUsage(purposes.toArray(KeyPurposeId[]::new)));
        }
        if (!names.isEmpty()) {
          builder.addExtension(
              Extension.subjectAlternativeName,
              false,
              new GeneralNames(names.toArray(GeneralName[]::new)));
        }
        if (critical.isPresent()) {
          builder.addExtension(critical.get(), true, new DERUTF8String("?"));
        }
        return new JcaX509CertificateConverter()
            .getCertificate(
                builder.build(
                    new JcaContentSignerBuilder("SHA256withECDSA").build(KEYS.getPrivate())));
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }

    List<String> problems() {
      KitException refused =
          catchThrowableOfType(
              KitException.class, () -> CertificateIdentity.of(certificate(), "demo"));
      assertThat(refused).as("it was understood").isNotNull();
      return refused.problems();
    }
  }

  private static GeneralName uri(String text) {
    return new GeneralName(GeneralName.uniformResourceIdentifier, text);
  }

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return generator.generateKeyPair();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static Draft site() {
    return new Draft();
  }

  private static Draft operator() {
    Draft draft = new Draft();
    draft.subject = "CN=eve,O=lab,OU=lead";
    draft.names.set(0, uri("spiffe://demo/operator/eve"));
    return draft;
  }

  private static Draft server() {
    Draft draft = new Draft();
    draft.subject = "CN=central,O=lab";
    draft.names.set(0, uri("spiffe://demo/server/central"));
    draft.names.add(new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
    draft.names.add(new GeneralName(GeneralName.dNSName, "fl.example.org"));
    draft.purposes = List.of(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth);
    return draft;
  }

  @Test
  void understandsTheThreeForms() {
    assertThat(CertificateIdentity.of(site().certificate(), "demo"))
        .isEqualTo(new Identity("demo", Identity.Kind.SITE, "berlin", "clinic", Optional.empty()));
    assertThat(CertificateIdentity.of(operator().certificate(), "demo"))
        .isEqualTo(
            new Identity("demo", Identity.Kind.OPERATOR, "eve", "lab", Optional.of(Role.LEAD)));
    assertThat(CertificateIdentity.of(server().certificate()))
        .isEqualTo(new Identity("demo", Identity.Kind.SERVER, "central", "lab", Optional.empty()));
  }

  @Test
  void refusesAnotherFederation() {
    KitException refused =
        catchThrowableOfType(
            KitException.class, () -> CertificateIdentity.of(site().certificate(), "other"));
    assertThat(refused).hasMessageContaining("belongs to federation demo, not to 'other'");
  }

  @Test
  void refusesTwoUrisAndNone() {
    Draft two = site();
    two.names.add(uri("spiffe://demo/site/paris"));
    assertThat(two.problems()).contains("it has 2 URIs as names where there should be one");
    Draft same = site();
    same.names.add(uri("spiffe://demo/site/berlin"));
    assertThat(same.problems()).contains("it has 2 URIs as names where there should be one");
    Draft none = site();
    none.names.clear();
    assertThat(none.problems()).contains("it has 0 URIs as names where there should be one");
  }

  @Test
  void refusesUrisOfAnotherForm() {
    for (String text :
        List.of(
            "spiffe://demo/site/berlin/x",
            "spiffe://demo/site/Berlin",
            "spiffe://demo/site/",
            "spiffe://demo/robot/berlin",
            "https://demo/site/berlin",
            "spiffe://demo:1/site/berlin",
            "spiffe://demo/site/berlin?x",
            "spiffe://demo/site/berlin#x",
            "spiffe://demo/site/ber%6cin",
            "spiffe://user@demo/site/berlin",
            "SPIFFE://demo/site/berlin")) {
      Draft draft = site();
      draft.names.set(0, uri(text));
      assertThat(draft.problems()).as(text).isNotEmpty();
    }
  }

  @Test
  void refusesAnotherCommonName() {
    Draft draft = site();
    draft.subject = "CN=paris,O=clinic";
    assertThat(draft.problems())
        .contains("its common name 'paris' is not the name in 'spiffe://demo/site/berlin'");
  }

  @Test
  void refusesSubjectsThatCouldBeReadInTwoWays() {
    for (String subject :
        List.of(
            "CN=berlin,CN=berlin,O=clinic",
            "CN=berlin,O=clinic,O=lab",
            "CN=berlin+O=clinic",
            "CN=berlin,O=clinic,C=DE",
            "CN=berlin,O=clinic,SERIALNUMBER=1",
            "CN=berlin",
            "O=clinic",
            "CN=berlin,O=The Clinic",
            "CN=berlin,O=clinic,OU=lead")) {
      Draft draft = site();
      draft.subject = subject;
      assertThat(draft.problems()).as(subject).isNotEmpty();
    }
    for (String subject :
        List.of("CN=eve,O=lab", "CN=eve,O=lab,OU=boss", "CN=eve,O=lab,OU=lead,OU=member")) {
      Draft draft = operator();
      draft.subject = subject;
      assertThat(draft.problems()).as(subject).isNotEmpty();
    }
  }

  @Test
  void refusesOtherPurposes() {
    for (List<KeyPurposeId> purposes :
        List.of(
            List.<KeyPurposeId>of(),
            List.of(KeyPurposeId.id_kp_serverAuth),
            List.of(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth),
            List.of(KeyPurposeId.anyExtendedKeyUsage),
            List.of(KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_codeSigning))) {
      Draft draft = site();
      draft.purposes = purposes;
      assertThat(draft.problems())
          .as(purposes.toString())
          .contains("its extended key usage is not that of a site");
    }
    Draft draft = server();
    draft.purposes = List.of(KeyPurposeId.id_kp_clientAuth);
    assertThat(draft.problems()).contains("its extended key usage is not that of a server");
  }

  @Test
  void refusesOtherNamesOfSites() {
    Draft draft = site();
    draft.names.add(new GeneralName(GeneralName.dNSName, "fl.example.org"));
    assertThat(draft.problems()).contains("it has a name of another kind: 'fl.example.org'");
    Draft mail = server();
    mail.names.add(new GeneralName(GeneralName.rfc822Name, "a@b.c"));
    assertThat(mail.problems()).contains("it has a name of another kind: 'a@b.c'");
  }

  @Test
  void refusesAuthoritiesAndOtherUsages() {
    Draft authority = site();
    authority.authority = true;
    assertThat(authority.problems()).contains("it is that of an authority");
    for (int usage :
        new int[] {0, KeyUsage.keyAgreement, KeyUsage.digitalSignature | KeyUsage.keyCertSign}) {
      Draft draft = site();
      draft.usage = usage;
      assertThat(draft.problems()).contains("its key usage is not that of a member");
    }
  }

  @Test
  void refusesUnknownCriticalExtensions() {
    Draft draft = site();
    draft.critical = Optional.of(new ASN1ObjectIdentifier("1.2.3.4"));
    assertThat(draft.problems()).contains("it has an unknown critical extension");
  }
}
