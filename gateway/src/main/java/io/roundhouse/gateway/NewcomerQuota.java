package io.roundhouse.gateway;

import io.roundhouse.gateway.Refusal.Reason;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How much those without a certificate may do, all of them together and from one address: a network
 * of 64 bits counts as one. Safe for use by many threads.
 */
final class NewcomerQuota {
  static final int CONNECTIONS = 32;
  static final int CONNECTIONS_OF_ONE = 8;
  static final int BURST = 20;
  static final int BURST_OF_ONE = 10;
  private static final double ASKS_PER_SECOND = 5;
  private static final double ASKS_PER_SECOND_OF_ONE = 2;
  private static final int MOST_KNOWN = 1000;
  private static final int NETWORK_BYTES = 8;

  private final LongSupplier nanos;
  private final Asks asks;
  private final Map<String, Visitor> visitors = new HashMap<>();
  private int connections;

  NewcomerQuota(LongSupplier nanos) {
    this.nanos = nanos;
    asks = new Asks(ASKS_PER_SECOND, BURST, nanos.getAsLong());
  }

  /**
   * Takes a connection in, to be followed by {@link #leave}.
   *
   * @throws Refusal if there are too many
   */
  synchronized void enter(InetAddress from) {
    if (connections >= CONNECTIONS) {
      throw tooMuch(CONNECTIONS + " connections without a certificate are open");
    }
    Visitor visitor = visitor(from);
    if (visitor.connections >= CONNECTIONS_OF_ONE) {
      throw tooMuch(CONNECTIONS_OF_ONE + " connections without a certificate come from there");
    }
    visitor.connections++;
    connections++;
  }

  /** A connection has ended. */
  synchronized void leave(InetAddress from) {
    visitor(from).connections--;
    connections--;
  }

  /**
   * Takes a request. Those of an address that asks too often do not count against the others.
   *
   * @throws Refusal if there are too many
   */
  synchronized void ask(InetAddress from) {
    long now = nanos.getAsLong();
    if (!visitor(from).asks.take(now) || !asks.take(now)) {
      throw tooMuch("somebody asks too often");
    }
  }

  private Visitor visitor(InetAddress from) {
    String key = key(from);
    Visitor known = visitors.get(key);
    if (known != null) {
      return known;
    }
    long now = nanos.getAsLong();
    if (visitors.size() >= MOST_KNOWN) {
      visitors
          .values()
          .removeIf(visitor -> visitor.connections == 0 && visitor.asks.isUntouched(now));
      if (visitors.size() >= MOST_KNOWN) {
        throw tooMuch("too many addresses ask");
      }
    }
    Visitor visitor = new Visitor(now);
    visitors.put(key, visitor);
    return visitor;
  }

  private static String key(InetAddress address) {
    byte[] bytes = address.getAddress();
    int length = address instanceof Inet6Address ? NETWORK_BYTES : bytes.length;
    return HexFormat.of().formatHex(bytes, 0, length);
  }

  private static Refusal tooMuch(String what) {
    return new Refusal(Reason.TOO_MUCH, what + ", perhaps you should wait a moment");
  }

  /** One address. */
  private static final class Visitor {
    private final Asks asks;
    private int connections;

    Visitor(long now) {
      asks = new Asks(ASKS_PER_SECOND_OF_ONE, BURST_OF_ONE, now);
    }
  }

  /** Requests that may still come. */
  private static final class Asks {
    private final double perSecond;
    private final double most;
    private double left;
    private long filledAt;

    Asks(double perSecond, double most, long now) {
      this.perSecond = perSecond;
      this.most = most;
      left = most;
      filledAt = now;
    }

    boolean take(long now) {
      fill(now);
      if (left < 1) {
        return false;
      }
      left--;
      return true;
    }

    boolean isUntouched(long now) {
      fill(now);
      return left >= most;
    }

    private void fill(long now) {
      left = Math.min(most, left + (now - filledAt) / 1e9 * perSecond);
      filledAt = now;
    }
  }
}
