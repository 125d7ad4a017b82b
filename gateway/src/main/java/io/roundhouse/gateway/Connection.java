package io.roundhouse.gateway;

import io.netty.channel.Channel;
import io.roundhouse.domain.Identity;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * An open connection of somebody who has shown a certificate.
 *
 * @param caller who
 * @param chain the certificates shown, the leaf first
 * @param channel the TLS connection
 * @param allowance shared by the caller's connections
 * @param since when it was admitted
 */
record Connection(
    Identity caller,
    List<X509Certificate> chain,
    Channel channel,
    Allowance allowance,
    Instant since) {
  /** Where the other side is, for the record. */
  String peer() {
    return peer(channel);
  }

  static String peer(Channel channel) {
    return channel.remoteAddress() instanceof InetSocketAddress address
        ? address.getAddress().getHostAddress() + ":" + address.getPort()
        : "?";
  }
}
