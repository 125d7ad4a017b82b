package io.roundhouse.gateway;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The revocation lists in force. What the supplier gave last holds while it gives nothing. */
final class RevocationLists {
  private static final Logger LOG = LoggerFactory.getLogger(RevocationLists.class);

  private final Supplier<List<X509CRL>> supplier;
  private volatile Map<X500Principal, Entry> lists = Map.of();
  private String trouble = "";

  /** A list, and whether a key has signed it, as far as that was asked. */
  private record Entry(X509CRL list, Map<PublicKey, Boolean> signers) {
    boolean isSignedBy(X509Certificate issuer) {
      return signers.computeIfAbsent(issuer.getPublicKey(), this::verifies);
    }

    private boolean verifies(PublicKey key) {
      try {
        list.verify(key);
        return true;
      } catch (GeneralSecurityException e) {
        return false;
      }
    }
  }

  RevocationLists(Supplier<List<X509CRL>> supplier) {
    this.supplier = supplier;
  }

  /** Asks the supplier for the newest lists. */
  synchronized void refresh() {
    try {
      List<X509CRL> found = supplier.get();
      if (found.isEmpty()) {
        note("there is no revocation list");
        return;
      }
      lists =
          found.stream()
              .collect(
                  Collectors.toMap(
                      X509CRL::getIssuerX500Principal, this::entry, RevocationLists::newer));
      note(stale(found));
    } catch (RuntimeException e) {
      note("the revocation lists cannot be had (" + e + ")");
    }
  }

  /** Whether there is none at all. */
  boolean isEmpty() {
    return lists.isEmpty();
  }

  /**
   * Looks a certificate up.
   *
   * @throws CertificateException if its issuer has revoked it, or has no list of its own
   */
  void check(X509Certificate certificate, X509Certificate issuer) throws CertificateException {
    Entry entry = lists.get(certificate.getIssuerX500Principal());
    if (entry == null || !entry.isSignedBy(issuer)) {
      throw new CertificateException(
          "there is no revocation list of " + certificate.getIssuerX500Principal());
    }
    if (entry.list.getRevokedCertificate(certificate) != null) {
      throw RevokedException.of(certificate);
    }
  }

  /** Looks an issuing authority up; its own issuer need not have a list. */
  void checkAuthority(X509Certificate authority, X509Certificate issuer)
      throws CertificateException {
    Entry entry = lists.get(authority.getIssuerX500Principal());
    if (entry != null
        && entry.isSignedBy(issuer)
        && entry.list.getRevokedCertificate(authority) != null) {
      throw RevokedException.of(authority);
    }
  }

  private Entry entry(X509CRL list) {
    Entry known = lists.get(list.getIssuerX500Principal());
    return known != null && known.list.equals(list)
        ? known
        : new Entry(list, new ConcurrentHashMap<>());
  }

  private static Entry newer(Entry a, Entry b) {
    Instant first = a.list.getThisUpdate().toInstant();
    return first.isBefore(b.list.getThisUpdate().toInstant()) ? b : a;
  }

  private static String stale(List<X509CRL> found) {
    Instant now = Instant.now();
    return found.stream()
        .filter(
            list -> list.getNextUpdate() != null && list.getNextUpdate().toInstant().isBefore(now))
        .map(list -> "the revocation list of " + list.getIssuerX500Principal() + " is out of date")
        .collect(Collectors.joining("; "));
  }

  private void note(String now) {
    if (!now.equals(trouble) && !now.isEmpty()) {
      LOG.warn(
          "{}; the last one stays in force, perhaps you should look after the certificate authority",
          now);
    }
    trouble = now;
  }
}
