package io.roundhouse.provisioning;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Text;
import io.roundhouse.kit.Pem;
import io.roundhouse.kit.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** The root of a federation, whose key is needed when an issuing authority is made or revoked. */
final class RootAuthority {
  private static final int SEALING_KEY_BYTES = 32;

  private final CaFolder folder;
  private final String federation;
  private final X509Certificate certificate;
  private final PrivateKey key;
  private final Clock clock;

  private RootAuthority(
      CaFolder folder,
      String federation,
      X509Certificate certificate,
      PrivateKey key,
      Clock clock) {
    this.folder = folder;
    this.federation = federation;
    this.certificate = certificate;
    this.key = key;
    this.clock = clock;
  }

  /**
   * Makes a root and its first issuing authority, all of it or nothing.
   *
   * @param folder where; must not be there
   */
  static void create(
      CaFolder folder,
      String federation,
      Validity validity,
      Passphrase rootPassphrase,
      Passphrase passphrase,
      Clock clock)
      throws IOException {
    Path whole = folder.folder();
    Path part = whole.resolveSibling("." + whole.getFileName() + ".part");
    Folders.delete(part);
    PrivateFiles.newFolder(part);
    CaFolder making = new CaFolder(part);
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    KeyPair keys = Keys.generate();
    X509Certificate root =
        Certificates.root(
            federation,
            keys,
            now.minus(CertificateAuthority.HEAD_START),
            now.plus(validity.root()));
    PrivateFiles.newFolder(making.root());
    Path keyFile = CaFolder.rootKey(making.root());
    PrivateFiles.create(keyFile, EncryptedKey.encrypt(keys.getPrivate(), rootPassphrase));
    PrivateFiles.sync(keyFile);
    PrivateFiles.create(making.rootCertificate(), Pem.write(List.of(root)).getBytes(US_ASCII));
    byte[] sealing = new byte[SEALING_KEY_BYTES];
    new SecureRandom().nextBytes(sealing);
    PrivateFiles.create(making.sealingKey(), sealing);
    new RootAuthority(making, federation, root, keys.getPrivate(), clock)
        .makeIssuing(1, validity, passphrase);
    Files.move(part, whole);
    PrivateFiles.sync(requireNonNull(whole.toAbsolutePath().getParent()));
  }

  /**
   * Opens the root.
   *
   * @param rootFolder where its key is, which may be a folder that was offline
   * @throws ProvisioningException if the key is not there, is another root's, or the passphrase is
   *     another
   */
  static RootAuthority open(
      CaFolder folder, Path rootFolder, String federation, Passphrase passphrase, Clock clock) {
    Path keyFile = CaFolder.rootKey(rootFolder);
    if (!Files.exists(keyFile)) {
      throw new ProvisioningException(
          "the root's key is not in "
              + Text.quote(rootFolder.toString())
              + ", perhaps you should bring the folder back from where it is kept offline and name"
              + " it with --root");
    }
    X509Certificate certificate = CertificateAuthority.certificate(folder.rootCertificate());
    PrivateKey key = EncryptedKey.read(keyFile, passphrase);
    RootAuthority root = new RootAuthority(folder, federation, certificate, key, clock);
    if (!Keys.fit(key, certificate.getPublicKey())) {
      throw new ProvisioningException(
          Text.quote(keyFile.toString())
              + " is the key of another root, perhaps you should look for the folder of "
              + certificate.getSubjectX500Principal().getName());
    }
    return root;
  }

  /** Makes one more issuing authority. */
  X509Certificate makeIssuing(int number, Validity validity, Passphrase passphrase)
      throws IOException {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Instant last = certificate.getNotAfter().toInstant();
    Instant until = now.plus(validity.issuing());
    if (now.isAfter(last)) {
      throw new ProvisioningException(
          "the root ended on " + last + ", perhaps you should begin a new federation");
    }
    KeyPair keys = Keys.generate();
    X509Certificate issuing =
        Certificates.issuing(
            certificate,
            key,
            federation,
            number,
            keys.getPublic(),
            now.minus(CertificateAuthority.HEAD_START),
            until.isBefore(last) ? until : last);
    CertificateAuthority.write(
        folder, number, issuing, EncryptedKey.encrypt(keys.getPrivate(), passphrase));
    return issuing;
  }

  /** Its list of revoked authorities. */
  byte[] revocations(List<RevokedSerial> revoked, long listNumber) {
    return RevocationList.sign(certificate, key, revoked, listNumber, clock.instant());
  }
}
