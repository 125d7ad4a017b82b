package io.roundhouse.gateway;

import static java.util.Objects.requireNonNull;

import io.grpc.Channel;
import java.util.Optional;

/** The Temporal that the gateway stands before. */
public sealed interface TemporalTarget {
  /** The one namespace that callers see. */
  String namespace();

  /**
   * A server.
   *
   * @param address {@code host:port} of a frontend, or any target of gRPC
   * @param tls the gateway's certificate for Temporal and Temporal's roots; empty for plain text
   * @param namespace the federation's
   */
  record Server(String address, Optional<TlsMaterial> tls, String namespace)
      implements TemporalTarget {
    public Server {
      requireNonNull(address, "address is null");
      requireNonNull(tls, "tls is null");
      requireNonNull(namespace, "namespace is null");
    }
  }

  /**
   * A channel that is there already, and that the gateway leaves open.
   *
   * @param channel to Temporal, perhaps one in this JVM
   * @param namespace the federation's
   */
  record Open(Channel channel, String namespace) implements TemporalTarget {
    public Open {
      requireNonNull(channel, "channel is null");
      requireNonNull(namespace, "namespace is null");
    }
  }
}
