package io.roundhouse.kit;

import io.roundhouse.domain.Text;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/**
 * The revoked certificates of a federation: one X.509 CRL for each of its authorities, in one text
 * with the authorities' certificates. Safe for use by many threads.
 */
public final class Revocations {
  private static final String NUMBER = "2.5.29.20";
  private static final int SIGNS_LISTS = 6;

  private final List<X509Certificate> authorities;
  private final List<X509CRL> lists;
  private final BigInteger number;

  private Revocations(List<X509Certificate> authorities, List<X509CRL> lists, BigInteger number) {
    this.authorities = List.copyOf(authorities);
    this.lists = List.copyOf(lists);
    this.number = number;
  }

  /** Nothing is revoked. */
  public static Revocations none() {
    return new Revocations(List.of(), List.of(), BigInteger.ZERO);
  }

  /**
   * Reads a text and checks that the federation's authorities signed it. A list stays in force when
   * its time for a newer one has passed: what is revoked stays so.
   *
   * @throws KitException if it is damaged, or anybody else's
   */
  public static Revocations read(byte[] text, X509Certificate root) {
    List<X509Certificate> authorities = new ArrayList<>(List.of(root));
    List<X509CRL> lists = new ArrayList<>();
    try {
      for (Pem.Block block : Pem.blocks(text)) {
        if (block.type().equals("X509 CRL")) {
          lists.add(Pem.revocations(block));
        } else {
          authorities.add(authority(block, root));
        }
      }
      BigInteger number = BigInteger.ZERO;
      for (X509CRL list : lists) {
        verify(list, authorities);
        number = number.max(number(list));
      }
      return new Revocations(authorities, lists, number);
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      throw new KitException(
          "the list of revoked certificates",
          List.of(e.getMessage() + ", perhaps you should take it from the authority again"));
    }
  }

  /** Since when a certificate, or the authority that issued it, is revoked. */
  public Optional<Instant> since(List<X509Certificate> chain) {
    return chain.stream()
        .flatMap(certificate -> lists.stream().flatMap(list -> entry(list, certificate).stream()))
        .min(Instant::compareTo);
  }

  /** The lists themselves, one for each authority that has one. */
  public List<X509CRL> lists() {
    return lists;
  }

  /** Grows with each list that is made. */
  public BigInteger number() {
    return number;
  }

  /**
   * Whether this may take the place of another: its number is higher, and no list of an authority
   * that can still have issued certificates in force has been left out of it or is an older one.
   */
  public boolean supersedes(Revocations other, Instant now) {
    return number.compareTo(other.number) > 0
        && other.lists.stream().allMatch(list -> other.isOver(list, now) || hasAsNewAs(list));
  }

  private boolean hasAsNewAs(X509CRL list) {
    return lists.stream()
        .filter(own -> own.getIssuerX500Principal().equals(list.getIssuerX500Principal()))
        .anyMatch(own -> number(own).compareTo(number(list)) >= 0);
  }

  /** Whether the authority that made a list has ended. */
  private boolean isOver(X509CRL list, Instant now) {
    return authorities.stream()
        .filter(one -> one.getSubjectX500Principal().equals(list.getIssuerX500Principal()))
        .allMatch(one -> one.getNotAfter().toInstant().isBefore(now));
  }

  /** How many certificates are on it. */
  public int size() {
    return lists.stream()
        .map(X509CRL::getRevokedCertificates)
        .mapToInt(entries -> entries == null ? 0 : entries.size())
        .sum();
  }

  /** When a newer one should be there at the latest. */
  public Optional<Instant> nextUpdate() {
    return lists.stream()
        .map(X509CRL::getNextUpdate)
        .filter(date -> date != null)
        .map(Date::toInstant)
        .min(Instant::compareTo);
  }

  private static Optional<Instant> entry(X509CRL list, X509Certificate certificate) {
    X500Principal issuer = certificate.getIssuerX500Principal();
    return issuer.equals(list.getIssuerX500Principal())
        ? Optional.ofNullable(list.getRevokedCertificate(certificate.getSerialNumber()))
            .map(entry -> entry.getRevocationDate().toInstant())
        : Optional.empty();
  }

  private static X509Certificate authority(Pem.Block block, X509Certificate root)
      throws GeneralSecurityException {
    if (!block.type().equals("CERTIFICATE")) {
      throw new IllegalArgumentException("it holds a " + Text.quote(block.type()));
    }
    X509Certificate certificate = Pem.certificate(block);
    boolean[] usage = certificate.getKeyUsage();
    if (certificate.getBasicConstraints() < 0 || usage == null || !usage[SIGNS_LISTS]) {
      throw new IllegalArgumentException("it holds the certificate of no authority");
    }
    certificate.verify(root.getPublicKey());
    return certificate;
  }

  private static void verify(X509CRL list, List<X509Certificate> authorities)
      throws GeneralSecurityException {
    for (X509Certificate authority : authorities) {
      if (authority.getSubjectX500Principal().equals(list.getIssuerX500Principal())) {
        list.verify(authority.getPublicKey());
        return;
      }
    }
    throw new IllegalArgumentException(
        "no authority of the federation made the list of "
            + Text.quote(list.getIssuerX500Principal().getName()));
  }

  /** The CRL number: an INTEGER within an OCTET STRING (RFC 5280, 5.2.3). */
  private static BigInteger number(X509CRL list) {
    byte[] der = list.getExtensionValue(NUMBER);
    if (der == null
        || der.length < 5
        || der[0] != 4
        || der[1] != der.length - 2
        || der[2] != 2
        || der[3] != der.length - 4) {
      throw new IllegalArgumentException("it has no number");
    }
    return new BigInteger(der, 4, der.length - 4);
  }
}
