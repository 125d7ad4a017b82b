package io.roundhouse.gateway;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.JobId;
import io.roundhouse.storage.StoreConfig;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a gateway is started with.
 *
 * @param name tells gateways apart in the audit log, a label
 * @param listen addresses to listen on; port 0 for any free one
 * @param trust certificates and identities
 * @param temporal what stands behind it for tasks
 * @param store what stands behind it for artifacts
 * @param artifacts whether these pass through
 * @param keys seal task tokens; the same at all gateways of the federation
 * @param limits how much happens at once
 * @param patience how long it waits
 * @param auditFolder for the audit log; can be shared by gateways of different names
 * @param cacheFolder for artifacts that many sites read, and for uploads until they are aggregated;
 *     of this gateway only
 * @param cacheBytes most bytes there, half of them for uploads
 * @param newcomers who lets people in; empty for a gateway that is closed to all without a
 *     certificate
 */
public record GatewayConfig(
    String name,
    List<InetSocketAddress> listen,
    Trust trust,
    TemporalTarget temporal,
    StoreConfig store,
    ArtifactsMode artifacts,
    SealingKeys keys,
    Limits limits,
    Patience patience,
    Path auditFolder,
    Path cacheFolder,
    long cacheBytes,
    Optional<Newcomers> newcomers) {
  /** Two models of some gigabytes, or many small ones. */
  public static final long CACHE_BYTES = 10L << 30;

  /**
   * @throws IllegalArgumentException if the name is no label, there is no address, or there is no
   *     room for a cache
   */
  public GatewayConfig {
    if (!JobId.isLabel(name)) {
      throw new IllegalArgumentException("not a gateway's name: " + name);
    }
    listen = List.copyOf(listen);
    if (listen.isEmpty()) {
      throw new IllegalArgumentException("a gateway listens on one address at least");
    }
    requireNonNull(trust, "trust is null");
    requireNonNull(temporal, "temporal is null");
    requireNonNull(store, "store is null");
    requireNonNull(artifacts, "artifacts is null");
    requireNonNull(keys, "keys is null");
    requireNonNull(limits, "limits is null");
    requireNonNull(patience, "patience is null");
    requireNonNull(auditFolder, "auditFolder is null");
    requireNonNull(cacheFolder, "cacheFolder is null");
    requireNonNull(newcomers, "newcomers is null");
    if (cacheBytes < 0) {
      throw new IllegalArgumentException("cacheBytes is negative: " + cacheBytes);
    }
  }
}
