package io.roundhouse.provisioning;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Identity;
import io.roundhouse.kit.Address;
import io.roundhouse.kit.CertificateChain;
import io.roundhouse.kit.Pem;
import io.roundhouse.kit.PrivateFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * The authority that issues members' certificates, opened by its passphrase. The root above it is
 * needed to make and to rotate it only: see {@link RootAuthority}.
 */
final class CertificateAuthority {
  /** Certificates are valid from before they were made: clocks differ. */
  static final Duration HEAD_START = Duration.ofHours(1);

  private final int number;
  private final X509Certificate root;
  private final X509Certificate certificate;
  private final PrivateKey key;
  private final Clock clock;

  private CertificateAuthority(
      int number, X509Certificate root, X509Certificate certificate, PrivateKey key, Clock clock) {
    this.number = number;
    this.root = root;
    this.certificate = certificate;
    this.key = key;
    this.clock = clock;
  }

  /**
   * Opens the newest issuing authority.
   *
   * @throws ProvisioningException if there is none, or the passphrase is another
   */
  static CertificateAuthority open(CaFolder folder, Passphrase passphrase, Clock clock) {
    try {
      List<Integer> numbers = folder.numbers();
      if (numbers.isEmpty()) {
        throw new ProvisioningException(
            "there is no authority in " + folder.folder() + ", perhaps you should bring it back");
      }
      return open(folder, numbers.get(numbers.size() - 1), passphrase, clock);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens the authority of a number. */
  static CertificateAuthority open(
      CaFolder folder, int number, Passphrase passphrase, Clock clock) {
    return new CertificateAuthority(
        number,
        certificate(folder.rootCertificate()),
        certificate(folder.issuingCertificate(number)),
        EncryptedKey.read(folder.issuingKey(number), passphrase),
        clock);
  }

  static X509Certificate certificate(Path file) {
    try {
      return Pem.certificates(Files.readAllBytes(file)).get(0);
    } catch (IOException | IllegalArgumentException e) {
      throw new ProvisioningException(
          file + " cannot be read, perhaps you should bring it back from a copy", e);
    }
  }

  /** Writes a new authority's files, which only their owner may read. */
  static void write(CaFolder folder, int number, X509Certificate certificate, byte[] key)
      throws IOException {
    Path own = folder.issuing(number);
    Path part = own.resolveSibling("." + own.getFileName() + ".part");
    PrivateFiles.newFolder(part);
    Path keyFile = part.resolve(requireNonNull(folder.issuingKey(number).getFileName()));
    PrivateFiles.create(keyFile, key);
    PrivateFiles.sync(keyFile);
    PrivateFiles.create(
        part.resolve(requireNonNull(folder.issuingCertificate(number).getFileName())),
        Pem.write(List.of(certificate)).getBytes(US_ASCII));
    Files.move(part, own);
    PrivateFiles.sync(folder.folder());
  }

  int number() {
    return number;
  }

  X509Certificate root() {
    return root;
  }

  X509Certificate certificate() {
    return certificate;
  }

  /**
   * Issues a certificate that ends after its validity, or with the authority.
   *
   * @throws ProvisioningException if the authority itself has ended
   */
  CertificateChain issue(
      Identity identity, PublicKey publicKey, List<Address> addresses, Duration validity) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Instant last = certificate.getNotAfter().toInstant();
    if (now.isAfter(last)) {
      throw new ProvisioningException(
          "the issuing authority ended on "
              + last
              + ", perhaps you should make a new one with `roundhouse provision rotate`");
    }
    Instant until = now.plus(validity);
    X509Certificate issued =
        Certificates.member(
            certificate,
            key,
            identity,
            publicKey,
            addresses,
            now.minus(HEAD_START),
            until.isBefore(last) ? until : last);
    return new CertificateChain(root, List.of(issued, certificate));
  }

  /** Signs a text: ECDSA over SHA-256, DER. */
  byte[] sign(byte[] text) {
    try {
      Signature signature = Signature.getInstance(Keys.SIGNATURE);
      signature.initSign(key);
      signature.update(text);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Its list of revoked certificates. */
  byte[] revocations(List<RevokedSerial> revoked, long listNumber) {
    return RevocationList.sign(certificate, key, revoked, listNumber, clock.instant());
  }
}
