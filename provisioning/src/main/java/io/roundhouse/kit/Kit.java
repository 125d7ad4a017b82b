package io.roundhouse.kit;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Identity;
import io.roundhouse.domain.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A startup kit that was checked as a whole: nothing has been changed, added or taken away since
 * the federation's authority signed it. Safe for use by many threads.
 */
public final class Kit {
  private final Path folder;
  private final KitDescription description;
  private final Identity identity;
  private final CertificateChain chain;
  private final PrivateKey key;

  Kit(
      Path folder,
      KitDescription description,
      Identity identity,
      CertificateChain chain,
      PrivateKey key) {
    this.folder = requireNonNull(folder, "folder is null");
    this.description = requireNonNull(description, "description is null");
    this.identity = requireNonNull(identity, "identity is null");
    this.chain = requireNonNull(chain, "chain is null");
    this.key = requireNonNull(key, "key is null");
  }

  /**
   * Opens the kit in a folder.
   *
   * @throws KitException with every reason why it cannot be used, each with the file's name
   */
  public static Kit open(Path folder) {
    return open(folder, Clock.systemUTC());
  }

  /** Likewise, at the time that a clock shows. */
  public static Kit open(Path folder, Clock clock) {
    String what = "the kit in " + Text.quote(folder.toString());
    if (!Files.isRegularFile(folder.resolve(KitFiles.DESCRIPTION))) {
      throw new KitException(
          what,
          List.of(
              KitFiles.DESCRIPTION
                  + ": there is none, perhaps you should name the folder that a kit was unpacked"
                  + " to"));
    }
    try {
      KitCheck check = new KitCheck(folder);
      return check.kit(clock.instant()).orElseThrow(() -> new KitException(what, check.problems()));
    } catch (IOException e) {
      throw new KitException(
          what,
          List.of(
              e.getClass().getSimpleName()
                  + " on "
                  + Text.quote(String.valueOf(e.getMessage()))
                  + ", perhaps you should check that you may read it"));
    }
  }

  /** Whose kit it is. */
  public Identity identity() {
    return identity;
  }

  /** Where the federation's servers can be reached, in the order to try them; at least one. */
  public List<Address> gateways() {
    return description.gateways();
  }

  /** The number of the folder of kits that it was made in; grows with each that is made. */
  public int number() {
    return description.number();
  }

  /** When it was made. */
  public Instant created() {
    return description.created();
  }

  /** The kit's own certificate, then that of the issuing authority. */
  public List<X509Certificate> chain() {
    return chain.certificates();
  }

  /** The same with the root as the last: who enrols knows the root by its fingerprint only. */
  public List<X509Certificate> chainWithRoot() {
    return List.of(chain.member(), chain.issuer(), chain.root());
  }

  /** The certificate that everybody in the federation is trusted by. */
  public X509Certificate root() {
    return chain.root();
  }

  /** SHA-256 of the root's certificate, which people compare. */
  public Digest fingerprint() {
    return CertificateChain.fingerprint(chain.root());
  }

  /** The private key of the kit's certificate. */
  public PrivateKey key() {
    return key;
  }

  /** When its certificate ends. */
  public Instant validUntil() {
    return chain.member().getNotAfter().toInstant();
  }

  /** The kit's folder. */
  public Path folder() {
    return folder;
  }

  /** A file of the kit, by its name in {@link KitFiles}. */
  public Path file(String name) {
    return folder.resolve(name);
  }

  /** What the kit's organisation owns; not signed. */
  public Path local() {
    return folder.resolve(KitFiles.LOCAL);
  }

  /**
   * Where the running kit writes; made if it is not there.
   *
   * @throws IOException if it cannot be made
   */
  public Path run() throws IOException {
    return PrivateFiles.folder(folder.resolve(KitFiles.RUN));
  }

  /** Revoked certificates: the newest of the signed list and one put beside it later. */
  public RevocationFiles revocations() {
    return new RevocationFiles(
        List.of(file(KitFiles.REVOKED), file(KitFiles.NEWER_REVOKED)), chain.root());
  }

  /** For TLS as client or server: shows this kit's certificate, trusts the federation's root. */
  public SSLContext sslContext() {
    char[] none = new char[0];
    try {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(null, none);
      keys.setKeyEntry("kit", key, none, chainWithRoot().toArray(Certificate[]::new));
      KeyManagerFactory own =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      own.init(keys, none);
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(own.getKeyManagers(), trust().getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this JVM cannot set up TLS", e);
    }
  }

  /** What trusts the federation's root and nothing else. */
  public TrustManagerFactory trust() {
    try {
      KeyStore roots = KeyStore.getInstance("PKCS12");
      roots.load(null, new char[0]);
      roots.setCertificateEntry("root", chain.root());
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(roots);
      return trust;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this JVM cannot set up TLS", e);
    }
  }

  /** Signs a text with the kit's key: ECDSA over SHA-256, DER. */
  public byte[] sign(byte[] text) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(key);
      signature.update(text);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
