package io.roundhouse.gateway;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How long the gateway waits for those who connect.
 *
 * @param handshake for TLS
 * @param head for the head of an HTTP request, from its first byte, and for the beginning of HTTP/2
 * @param idle for the next request on a connection
 * @param stall for any progress of a transfer
 * @param sweep between two looks at the revocation lists, the own certificate and the connections
 */
public record Patience(
    Duration handshake, Duration head, Duration idle, Duration stall, Duration sweep) {
  /** For sites on any line. */
  public static final Patience DEFAULT =
      new Patience(
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofMinutes(5),
          Duration.ofMinutes(1),
          Duration.ofSeconds(10));

  public Patience {
    requireNonNull(handshake, "handshake is null");
    requireNonNull(head, "head is null");
    requireNonNull(idle, "idle is null");
    requireNonNull(stall, "stall is null");
    requireNonNull(sweep, "sweep is null");
  }
}
