package io.roundhouse.node;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.roundhouse.domain.Identity;
import io.roundhouse.domain.SiteName;
import io.roundhouse.kit.CertificateChain;
import io.roundhouse.kit.CertificateIdentity;
import io.roundhouse.kit.Kit;
import io.roundhouse.kit.KitException;
import io.roundhouse.kit.RevocationFiles;
import io.roundhouse.kit.Revocations;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.FederationLayout;
import io.roundhouse.storage.StorageException;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificates that updates are verified with: those that sites have shown at a gateway, which
 * are kept in the store for the other servers and for the time after a restart. They are believed
 * because they lead to the federation's root, wherever they come from.
 */
final class SiteCertificates implements Function<SiteName, Optional<X509Certificate>> {
  private static final Logger LOG = LoggerFactory.getLogger(SiteCertificates.class);
  private static final int MOST_BYTES = 16 << 10;
  private static final Base64.Encoder PEM = Base64.getMimeEncoder(64, new byte[] {'\n'});

  private final Kit kit;
  private final String federation;
  private final RevocationFiles revocations;
  private final ArtifactStore store;
  private final Map<SiteName, List<X509Certificate>> kept = new ConcurrentHashMap<>();
  private final Map<SiteName, List<X509Certificate>> verified = new ConcurrentHashMap<>();
  private volatile Revocations revoked;

  SiteCertificates(Kit kit, ArtifactStore store) {
    this.kit = kit;
    this.federation = kit.identity().federation();
    this.revocations = kit.revocations();
    this.store = store;
    revoked = revocations.get();
  }

  /** Takes note of what sites have shown, and of certificates that have been revoked. */
  void note(Map<SiteName, List<X509Certificate>> shown) {
    revoked = revocations.get();
    shown.forEach(
        (site, chain) -> {
          List<X509Certificate> pair = chain.subList(0, Math.min(2, chain.size()));
          if (!pair.equals(kept.get(site))) {
            keep(site, pair);
          }
        });
  }

  private void keep(SiteName site, List<X509Certificate> chain) {
    try {
      store.replace(path(site), pem(chain).getBytes(US_ASCII), "application/x-pem-file");
      kept.put(site, List.copyOf(chain));
    } catch (StorageException e) {
      LOG.warn("the certificate of {} is not kept yet: {}", site, e.getMessage());
    }
  }

  /** The certificate of a site, if it is one of the federation and in force. */
  @Override
  public Optional<X509Certificate> apply(SiteName site) {
    return Optional.ofNullable(kept.get(site))
        .filter(chain -> isInForce(site, chain))
        .or(() -> stored(site).filter(chain -> isInForce(site, chain)))
        .map(chain -> chain.get(0));
  }

  private Optional<List<X509Certificate>> stored(SiteName site) {
    return store.read(path(site), MOST_BYTES).map(SiteCertificates::read);
  }

  private boolean isInForce(SiteName site, List<X509Certificate> chain) {
    try {
      for (X509Certificate certificate : chain) {
        certificate.checkValidity();
      }
      return isOf(site, chain) && revoked.since(chain).isEmpty();
    } catch (CertificateException | KitException | IllegalArgumentException e) {
      LOG.warn("the certificate of {} is not used: {}", site, e.getMessage());
      return false;
    }
  }

  /** Whether the certificates lead to the root, and name the site. That does not change. */
  private boolean isOf(SiteName site, List<X509Certificate> chain) {
    if (chain.equals(verified.get(site))) {
      return true;
    }
    CertificateChain path = new CertificateChain(kit.root(), chain);
    Identity identity = CertificateIdentity.of(path.member(), federation);
    boolean believed =
        path.flaw().isEmpty()
            && identity.kind() == Identity.Kind.SITE
            && identity.name().equals(site.value());
    if (believed) {
      verified.put(site, List.copyOf(chain));
    }
    return believed;
  }

  private String path(SiteName site) {
    return new FederationLayout(federation).certificate(site);
  }

  private static String pem(List<X509Certificate> chain) {
    StringBuilder text = new StringBuilder();
    for (X509Certificate certificate : chain) {
      try {
        text.append("-----BEGIN CERTIFICATE-----\n")
            .append(PEM.encodeToString(certificate.getEncoded()))
            .append("\n-----END CERTIFICATE-----\n");
      } catch (CertificateException e) {
        throw new IllegalStateException(e);
      }
    }
    return text.toString();
  }

  private static List<X509Certificate> read(byte[] pem) {
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(pem))
          .stream()
          .map(X509Certificate.class::cast)
          .toList();
    } catch (CertificateException e) {
      return List.of();
    }
  }
}
