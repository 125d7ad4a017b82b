package io.roundhouse.gateway;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.SiteName;
import java.security.cert.X509CRL;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Whom the gateway believes, and what it shows of itself.
 *
 * @param federation its name; certificates of another are refused
 * @param material the gateway's certificate and the federation's roots; asked every 10 s, so that
 *     renewed certificates are used without a restart
 * @param revoked the newest revocation list of each certificate authority; asked every 10 s. What
 *     it gave last holds while it fails or gives nothing
 * @param identities reads who somebody is from a verified certificate
 * @param organisations the organisation of a site, where that is known; sites that have connected
 *     are known without it
 */
public record Trust(
    String federation,
    Supplier<TlsMaterial> material,
    Supplier<List<X509CRL>> revoked,
    IdentityReader identities,
    Function<SiteName, Optional<String>> organisations) {
  /**
   * @throws IllegalArgumentException if the federation's name is no label
   */
  public Trust {
    if (!JobId.isLabel(federation)) {
      throw new IllegalArgumentException("not a federation's name: " + federation);
    }
    requireNonNull(material, "material is null");
    requireNonNull(revoked, "revoked is null");
    requireNonNull(identities, "identities is null");
    requireNonNull(organisations, "organisations is null");
  }

  /** Reads identities as provisioning writes them; organisations are learned from certificates. */
  public Trust(String federation, Supplier<TlsMaterial> material, Supplier<List<X509CRL>> revoked) {
    this(federation, material, revoked, IdentityReader.spiffe(), site -> Optional.empty());
  }
}
