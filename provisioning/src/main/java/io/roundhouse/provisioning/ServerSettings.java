package io.roundhouse.provisioning;

import static java.util.Objects.requireNonNull;

import io.roundhouse.kit.Address;

/**
 * How a server is set up; goes into its {@code server.yml}.
 *
 * @param listen where the gateway listens
 * @param management where health and metrics can be read
 * @param temporal where Temporal's frontend is
 * @param namespace Temporal's
 * @param store {@code http://host:port} of the S3-compatible store
 * @param region that requests to the store are signed for
 * @param bucket in the store
 * @param artifacts how models travel: {@code relay} through the gateway, or {@code direct}
 */
public record ServerSettings(
    Address listen,
    Address management,
    Address temporal,
    String namespace,
    String store,
    String region,
    String bucket,
    String artifacts) {
  public ServerSettings {
    requireNonNull(listen, "listen is null");
    requireNonNull(management, "management is null");
    requireNonNull(temporal, "temporal is null");
    requireNonNull(namespace, "namespace is null");
    requireNonNull(store, "store is null");
    requireNonNull(region, "region is null");
    requireNonNull(bucket, "bucket is null");
    requireNonNull(artifacts, "artifacts is null");
  }
}
