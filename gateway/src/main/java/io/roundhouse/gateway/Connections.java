package io.roundhouse.gateway;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.roundhouse.domain.Identity;
import io.roundhouse.domain.SiteName;
import io.roundhouse.gateway.Refusal.Reason;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** All open connections. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its channel
final class Connections {
  private static final long CLOSE_MILLIS = 1000;

  private final Limits limits;
  private final FederationTrust trust;
  private final AuditLog audit;
  private final AtomicInteger open = new AtomicInteger();
  private final Set<Connection> admitted = ConcurrentHashMap.newKeySet();
  private final Map<String, Allowance> allowances = new ConcurrentHashMap<>();
  private final Map<SiteName, Connection> newestOfSites = new ConcurrentHashMap<>();

  Connections(Limits limits, FederationTrust trust, AuditLog audit) {
    this.limits = limits;
    this.trust = trust;
    this.audit = audit;
  }

  /** Whether there is room for a connection, which then counts until it is closed. */
  boolean hasRoomFor(Channel channel) {
    if (open.incrementAndGet() > limits.connections()) {
      open.decrementAndGet();
      return false;
    }
    channel.closeFuture().addListener(closed -> open.decrementAndGet());
    return true;
  }

  /**
   * Admits a connection, which is forgotten when it is closed.
   *
   * @throws CertificateException if the certificates are not to be believed
   * @throws Refusal if the caller has too many connections
   */
  Connection admit(Channel channel, List<X509Certificate> chain) throws CertificateException {
    Identity caller = trust.admit(chain);
    Allowance allowance =
        allowances.compute(
            caller.uri(),
            (uri, known) -> {
              Allowance its = known == null ? new Allowance(limits, System::nanoTime) : known;
              if (!its.connect()) {
                throw new Refusal(
                    Reason.TOO_MUCH,
                    caller
                        + " has "
                        + limits.connectionsPerCaller()
                        + " connections, perhaps you should stop other processes of the same name");
              }
              return its;
            });
    Connection connection =
        new Connection(caller, List.copyOf(chain), channel, allowance, Instant.now());
    admitted.add(connection);
    if (caller.kind() == Identity.Kind.SITE) {
      newestOfSites.put(new SiteName(caller.name()), connection);
    }
    channel.closeFuture().addListener(closed -> forget(connection));
    return connection;
  }

  private void forget(Connection connection) {
    admitted.remove(connection);
    connection.allowance().disconnect();
  }

  /** Closes the connections whose certificates have ended or were revoked. */
  void sweep() {
    for (Connection connection : admitted) {
      try {
        trust.readmit(connection.chain());
      } catch (CertificateException e) {
        audit.record(
            AuditEntry.refused(
                connection.caller().uri(), connection.peer(), "stay connected", "", text(e)));
        connection.channel().close();
      }
    }
    for (String caller : allowances.keySet()) {
      allowances.computeIfPresent(
          caller, (uri, allowance) -> allowance.isUnused() ? null : allowance);
    }
  }

  /** The organisation of a site that was here since the gateway started. */
  Optional<String> organisation(SiteName site) {
    return Optional.ofNullable(newestOfSites.get(site)).map(it -> it.caller().organisation());
  }

  /** The certificates that each site has shown last since the gateway started, the leaf first. */
  Map<SiteName, List<X509Certificate>> chains() {
    Map<SiteName, List<X509Certificate>> chains = new TreeMap<>();
    newestOfSites.forEach((site, connection) -> chains.put(site, connection.chain()));
    return chains;
  }

  /** Cuts all of them. */
  void closeAll() {
    List<ChannelFuture> closing =
        admitted.stream().map(connection -> connection.channel().close()).toList();
    closing.forEach(each -> each.awaitUninterruptibly(CLOSE_MILLIS));
  }

  Collection<Connection> all() {
    return List.copyOf(admitted);
  }

  static String text(Exception e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
