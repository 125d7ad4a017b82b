package io.roundhouse.provisioning;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Text;
import io.roundhouse.kit.Pem;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A request for a certificate (PKCS#10, RFC 2986), as it came from a site. Nothing of it goes into
 * the certificate but the key: a request that asks for more is refused, not cut down.
 *
 * @param name the common name
 * @param uri the SPIFFE id, if it names one
 * @param publicKey on P-256; its owner signed the request
 * @param sha256 of the request
 */
public record CertificateRequest(
    String name, Optional<String> uri, PublicKey publicKey, Digest sha256) {
  private static final int MOST_BYTES = 16 << 10;
  private static final Set<ASN1ObjectIdentifier> SIGNATURES =
      Set.of(
          X9ObjectIdentifiers.ecdsa_with_SHA256,
          X9ObjectIdentifiers.ecdsa_with_SHA384,
          X9ObjectIdentifiers.ecdsa_with_SHA512);

  public CertificateRequest {
    requireNonNull(name, "name is null");
    requireNonNull(uri, "uri is null");
    requireNonNull(publicKey, "publicKey is null");
    requireNonNull(sha256, "sha256 is null");
  }

  /** A request as a site makes it. */
  public static String write(KeyPair keys, String name, Optional<String> uri) {
    try {
      JcaPKCS10CertificationRequestBuilder builder =
          new JcaPKCS10CertificationRequestBuilder(
              new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, name).build(),
              keys.getPublic());
      if (uri.isPresent()) {
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, uri.get())));
        builder.addAttribute(
            PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
      }
      return Pem.write(
          "CERTIFICATE REQUEST",
          builder
              .build(new JcaContentSignerBuilder(Keys.SIGNATURE).build(keys.getPrivate()))
              .getEncoded());
    } catch (IOException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads a request and checks it.
   *
   * @param pem one block, at most 16 KiB
   * @throws ProvisioningException with every reason why it is refused
   */
  public static CertificateRequest read(String pem) {
    byte[] der = der(pem);
    try {
      return new Reader(new PKCS10CertificationRequest(der)).read(digest(der));
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      if (e instanceof ProvisioningException refused) {
        throw refused;
      }
      throw refused(List.of("it is damaged"), e);
    }
  }

  private static byte[] der(String pem) {
    if (pem.length() > MOST_BYTES) {
      throw refused(List.of("it is larger than 16 KiB"), null);
    }
    try {
      List<Pem.Block> blocks = Pem.blocks(pem.getBytes(US_ASCII));
      if (blocks.size() == 1
          && Set.of("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST")
              .contains(blocks.get(0).type())) {
        return blocks.get(0).der();
      }
      throw refused(List.of("it holds a " + Text.quote(blocks.get(0).type())), null);
    } catch (IllegalArgumentException e) {
      throw refused(List.of("it " + e.getMessage()), e);
    }
  }

  private static Digest digest(byte[] der) throws GeneralSecurityException {
    return Digest.of(MessageDigest.getInstance("SHA-256").digest(der));
  }

  private static ProvisioningException refused(List<String> reasons, @Nullable Throwable cause) {
    return new ProvisioningException(
        "the certificate request is refused: "
            + String.join("; ", reasons)
            + ", perhaps you should make one with `roundhouse enroll --request`",
        cause);
  }

  /** Collects what is wrong with one request. */
  private static final class Reader {
    private final PKCS10CertificationRequest request;
    private final List<String> problems = new ArrayList<>();
    private Optional<String> uri = Optional.empty();

    Reader(PKCS10CertificationRequest request) {
      this.request = request;
    }

    CertificateRequest read(Digest sha256) throws IOException {
      String name = name();
      checkAttributes();
      Optional<PublicKey> key = key();
      if (key.isEmpty() || !problems.isEmpty()) {
        throw refused(problems, null);
      }
      return new CertificateRequest(name, uri, key.get(), sha256);
    }

    private String name() {
      RDN[] parts = request.getSubject().getRDNs();
      boolean one =
          parts.length == 1
              && !parts[0].isMultiValued()
              && parts[0].getFirst().getType().equals(BCStyle.CN);
      if (!one) {
        problems.add("its subject must be CN=<name> and nothing else");
        return "";
      }
      return IETFUtils.valueToString(parts[0].getFirst().getValue());
    }

    private Optional<PublicKey> key() throws IOException {
      ASN1Encodable curve = request.getSubjectPublicKeyInfo().getAlgorithm().getParameters();
      boolean isEllipticCurve =
          request
              .getSubjectPublicKeyInfo()
              .getAlgorithm()
              .getAlgorithm()
              .equals(X9ObjectIdentifiers.id_ecPublicKey);
      if (!isEllipticCurve || !X9ObjectIdentifiers.prime256v1.equals(curve)) {
        problems.add("its key is not an elliptic-curve key on P-256");
        return Optional.empty();
      }
      if (!SIGNATURES.contains(request.getSignatureAlgorithm().getAlgorithm())) {
        problems.add("it is not signed by ECDSA over SHA-256, SHA-384 or SHA-512");
        return Optional.empty();
      }
      try {
        // Refuses points that are not on the curve.
        ECNamedCurveTable.getByOID(X9ObjectIdentifiers.prime256v1)
            .getCurve()
            .decodePoint(request.getSubjectPublicKeyInfo().getPublicKeyData().getBytes());
        PublicKey key = new JcaPEMKeyConverter().getPublicKey(request.getSubjectPublicKeyInfo());
        if (request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
          return Optional.of(key);
        }
        problems.add("the owner of its key did not sign it");
      } catch (OperatorCreationException | PKCSException | IllegalArgumentException e) {
        problems.add("its key is damaged");
      }
      return Optional.empty();
    }

    private void checkAttributes() {
      for (Attribute attribute : request.getAttributes()) {
        if (!attribute.getAttrType().equals(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest)) {
          problems.add("it has an attribute that is not known: " + attribute.getAttrType());
          continue;
        }
        for (ASN1Encodable value : attribute.getAttrValues()) {
          Extensions extensions = Extensions.getInstance(value);
          Arrays.stream(extensions.getExtensionOIDs())
              .map(extensions::getExtension)
              .forEach(this::check);
        }
      }
    }

    private void check(Extension extension) {
      ASN1ObjectIdentifier type = extension.getExtnId();
      ASN1Encodable value = extension.getParsedValue();
      if (type.equals(Extension.basicConstraints)) {
        problem(BasicConstraints.getInstance(value).isCA(), "it wants to be an authority");
      } else if (type.equals(Extension.keyUsage)) {
        problem(
            KeyUsage.getInstance(value).hasUsages(KeyUsage.keyCertSign)
                || KeyUsage.getInstance(value).hasUsages(KeyUsage.cRLSign),
            "it wants to sign certificates or lists of revoked ones");
      } else if (type.equals(Extension.extendedKeyUsage)) {
        problem(
            !List.of(KeyPurposeId.id_kp_clientAuth)
                .equals(List.of(ExtendedKeyUsage.getInstance(value).getUsages())),
            "it wants another extended key usage than clientAuth");
      } else if (type.equals(Extension.subjectAlternativeName)) {
        readNames(GeneralNames.getInstance(value).getNames());
      } else {
        problems.add("it wants an extension that is not known: " + type);
      }
    }

    private void readNames(GeneralName[] names) {
      boolean one =
          names.length == 1
              && names[0].getTagNo() == GeneralName.uniformResourceIdentifier
              && uri.isEmpty();
      problem(!one, "it wants other names than one SPIFFE id");
      uri = one ? Optional.of(names[0].getName().toString()) : uri;
    }

    private void problem(boolean is, String problem) {
      if (is) {
        problems.add(problem);
      }
    }
  }
}
