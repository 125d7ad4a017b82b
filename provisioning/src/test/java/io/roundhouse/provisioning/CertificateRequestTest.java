package io.roundhouse.provisioning;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roundhouse.kit.Pem;
import java.io.IOException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Optional;
import java.util.Random;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;

class CertificateRequestTest {
  private static final KeyPair KEYS = Keys.generate();
  private static final String URI = "spiffe://demo/site/berlin";

  private static KeyPair keys(String algorithm, String curve, int bits) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    if (curve.isEmpty()) {
      generator.initialize(bits);
    } else {
      generator.initialize(new ECGenParameterSpec(curve));
    }
    return generator.generateKeyPair();
  }

  private static String request(KeyPair keys, String subject, String signature) throws Exception {
    return pem(
        new JcaPKCS10CertificationRequestBuilder(new X500Name(subject), keys.getPublic()),
        keys,
        signature);
  }

  private static String pem(
      JcaPKCS10CertificationRequestBuilder builder, KeyPair keys, String signature)
      throws Exception {
    return Pem.write(
        "CERTIFICATE REQUEST",
        builder
            .build(new JcaContentSignerBuilder(signature).build(keys.getPrivate()))
            .getEncoded());
  }

  private static String wanting(ASN1ObjectIdentifier extension, ASN1Encodable value)
      throws Exception {
    ExtensionsGenerator extensions = new ExtensionsGenerator();
    extensions.addExtension(extension, false, value);
    JcaPKCS10CertificationRequestBuilder builder =
        new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=berlin"), KEYS.getPublic());
    builder.addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
    return pem(builder, KEYS, "SHA256withECDSA");
  }

  private static void assertRefused(String pem, String why) {
    assertThatThrownBy(() -> CertificateRequest.read(pem))
        .isInstanceOf(ProvisioningException.class)
        .hasMessageStartingWith("the certificate request is refused: ")
        .hasMessageContaining(why);
  }

  @Test
  void readsWhatASiteWrites() {
    CertificateRequest named =
        CertificateRequest.read(CertificateRequest.write(KEYS, "berlin", Optional.of(URI)));

    assertThat(named.name()).isEqualTo("berlin");
    assertThat(named.uri()).contains(URI);
    assertThat(named.publicKey()).isEqualTo(KEYS.getPublic());
    assertThat(
            CertificateRequest.read(CertificateRequest.write(KEYS, "berlin", Optional.empty()))
                .uri())
        .isEmpty();
  }

  @Test
  void acceptsHarmlessExtensions() throws Exception {
    assertThat(
            CertificateRequest.read(
                    wanting(Extension.keyUsage, new KeyUsage(KeyUsage.digitalSignature)))
                .name())
        .isEqualTo("berlin");
    assertThat(
            CertificateRequest.read(
                    wanting(
                        Extension.extendedKeyUsage,
                        new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth)))
                .name())
        .isEqualTo("berlin");
    assertThat(
            CertificateRequest.read(
                    wanting(Extension.basicConstraints, new BasicConstraints(false)))
                .name())
        .isEqualTo("berlin");
  }

  @Test
  void refusesWhoWantsToBeAnAuthority() throws Exception {
    assertRefused(
        wanting(Extension.basicConstraints, new BasicConstraints(true)),
        "it wants to be an authority");
    assertRefused(
        wanting(Extension.keyUsage, new KeyUsage(KeyUsage.keyCertSign)),
        "it wants to sign certificates");
    assertRefused(
        wanting(Extension.keyUsage, new KeyUsage(KeyUsage.cRLSign | KeyUsage.digitalSignature)),
        "it wants to sign certificates");
  }

  @Test
  void refusesOtherPurposesNamesExtensionsAndAttributes() throws Exception {
    assertRefused(
        wanting(Extension.extendedKeyUsage, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth)),
        "another extended key usage");
    assertRefused(
        wanting(
            Extension.subjectAlternativeName,
            new GeneralNames(new GeneralName(GeneralName.dNSName, "fl.example.org"))),
        "other names than one SPIFFE id");
    assertRefused(
        wanting(
            Extension.subjectAlternativeName,
            new GeneralNames(
                new GeneralName[] {
                  new GeneralName(GeneralName.uniformResourceIdentifier, URI),
                  new GeneralName(GeneralName.uniformResourceIdentifier, URI)
                })),
        "other names than one SPIFFE id");
    assertRefused(
        wanting(new ASN1ObjectIdentifier("1.2.3.4"), new DERUTF8String("x")),
        "an extension that is not known: 1.2.3.4");
    JcaPKCS10CertificationRequestBuilder builder =
        new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=berlin"), KEYS.getPublic());
    builder.addAttribute(PKCSObjectIdentifiers.pkcs_9_at_challengePassword, new DERUTF8String("x"));
    assertRefused(pem(builder, KEYS, "SHA256withECDSA"), "an attribute that is not known");
  }

  @Test
  void refusesOtherSubjects() throws Exception {
    for (String subject :
        new String[] {"CN=berlin,O=lab", "O=lab", "CN=berlin+O=lab", "CN=a,CN=b"}) {
      assertRefused(request(KEYS, subject, "SHA256withECDSA"), "its subject must be CN=<name>");
    }
  }

  @Test
  void refusesWeakAndUnknownKeys() throws Exception {
    assertRefused(
        request(keys("RSA", "", 2048), "CN=berlin", "SHA256withRSA"), "not an elliptic-curve key");
    assertRefused(request(keys("EC", "secp384r1", 0), "CN=berlin", "SHA256withECDSA"), "on P-256");
    assertRefused(
        request(keys("Ed25519", "", 255), "CN=berlin", "Ed25519"), "not an elliptic-curve key");
    assertRefused(request(KEYS, "CN=berlin", "SHA1withECDSA"), "not signed by ECDSA over SHA-256");
  }

  @Test
  void refusesARequestThatItsKeyDidNotSign() throws Exception {
    JcaPKCS10CertificationRequestBuilder builder =
        new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=berlin"), KEYS.getPublic());

    assertRefused(pem(builder, Keys.generate(), "SHA256withECDSA"), "did not sign it");
  }

  @Test
  void refusesOtherTexts() {
    assertRefused("", "it is not PEM text");
    assertRefused("x".repeat(20_000), "larger than 16 KiB");
    assertRefused(Pem.write("CERTIFICATE", new byte[] {1}), "it holds a 'CERTIFICATE'");
    assertRefused(Pem.write("CERTIFICATE REQUEST", new byte[] {1}), "it is damaged");
  }

  /** Whatever is changed in a request, it is refused, or still the same key's own wish. */
  @Test
  void refusesChangedRequests() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    byte[] der =
        Pem.blocks(CertificateRequest.write(KEYS, "berlin", Optional.of(URI)).getBytes(US_ASCII))
            .get(0)
            .der();
    for (int trial = 0; trial < 300; trial++) {
      byte[] changed = der.clone();
      int at = random.nextInt(der.length);
      changed[at] ^= (byte) (1 << random.nextInt(8));
      assertThatThrownBy(() -> CertificateRequest.read(Pem.write("CERTIFICATE REQUEST", changed)))
          .as("seed %d, byte %d", seed, at)
          .isInstanceOf(ProvisioningException.class);
    }
  }
}
