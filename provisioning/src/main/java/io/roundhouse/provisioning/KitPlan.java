package io.roundhouse.provisioning;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Identity;
import io.roundhouse.kit.CertificateChain;
import io.roundhouse.kit.KitDescription;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What one kit is to be; never shown, as it holds keys.
 *
 * @param identity whose it is
 * @param description goes into {@code kit.json}
 * @param chain the member's certificate
 * @param key the member's private key, if the member did not make it
 * @param settings of a server
 * @param sealingKey of the federation's gateways, in base64; for servers
 * @param revocations the newest list of revoked certificates as PEM text
 * @param delivery how it is handed over
 * @param password of the zip, if it becomes one
 * @param folder where it is handed over: {@code <folder>/<name>} and the like
 * @param signer signs a text with the issuing authority's key
 */
public record KitPlan(
    Identity identity,
    KitDescription description,
    CertificateChain chain,
    Optional<PrivateKey> key,
    Optional<ServerSettings> settings,
    String sealingKey,
    String revocations,
    Delivery delivery,
    String password,
    Path folder,
    UnaryOperator<byte[]> signer) {
  public KitPlan {
    requireNonNull(identity, "identity is null");
    requireNonNull(description, "description is null");
    requireNonNull(chain, "chain is null");
    requireNonNull(key, "key is null");
    requireNonNull(settings, "settings is null");
    requireNonNull(sealingKey, "sealingKey is null");
    requireNonNull(revocations, "revocations is null");
    requireNonNull(delivery, "delivery is null");
    requireNonNull(password, "password is null");
    requireNonNull(folder, "folder is null");
    requireNonNull(signer, "signer is null");
  }

  /** SHA-256 of the root's certificate. */
  public Digest fingerprint() {
    return CertificateChain.fingerprint(chain.root());
  }

  @Override
  public String toString() {
    return "KitPlan[" + identity + "]";
  }
}
