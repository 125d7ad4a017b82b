package io.roundhouse.kit;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.roundhouse.domain.Text;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a server can be reached.
 *
 * @param host a DNS name, an IPv4 address, or an IPv6 address without brackets; in lower case
 * @param port 1 to 65535
 */
public record Address(String host, int port) {
  /** The port of a gateway that names none. */
  public static final int DEFAULT_PORT = 8443;

  private static final int LONGEST_NAME = 253;
  private static final Pattern FORM =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([^:\\[\\]\\s]+))(?::(\\d{1,5}))?");
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern ENDS_WITH_NUMBER = Pattern.compile("(.*\\.)?\\d+");
  private static final Pattern IPV4 =
      Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}");

  /**
   * @throws IllegalArgumentException if the host is neither a DNS name nor an IP address, or the
   *     port is out of range
   */
  public Address {
    requireNonNull(host, "host is null");
    host = host.toLowerCase(Locale.ROOT);
    if (host.contains(":")) {
      host = ipv6(host);
    } else if (!IPV4.matcher(host).matches() && !isName(host)) {
      throw new IllegalArgumentException(
          "not a host: "
              + Text.quote(host)
              + ", perhaps you should write a DNS name or an IP address without wildcards");
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("not a port from 1 to 65535: " + port);
    }
  }

  /**
   * Reads {@code host}, {@code host:port} or {@code [ipv6]:port}; the port is 8443 by default.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  @JsonCreator
  public static Address parse(String text) {
    Matcher parts = FORM.matcher(text);
    boolean bareIpv6 = text.chars().filter(c -> c == ':').count() > 1 && !text.startsWith("[");
    if (bareIpv6) {
      return new Address(text, DEFAULT_PORT);
    }
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "not an address: "
              + Text.quote(text)
              + ", perhaps you should write host:port, such as 192.168.1.10:8443 or"
              + " fl.example.org:8443");
    }
    String host = parts.group(1) != null ? parts.group(1) : parts.group(2);
    return new Address(
        host, parts.group(3) == null ? DEFAULT_PORT : Integer.parseInt(parts.group(3)));
  }

  /** Whether the host is an IP address, not a name. */
  public boolean isIp() {
    return host.contains(":") || IPV4.matcher(host).matches();
  }

  /** {@code host:port}, an IPv6 host in brackets. */
  @JsonValue
  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  private static boolean isName(String host) {
    return host.length() <= LONGEST_NAME
        && !ENDS_WITH_NUMBER.matcher(host).matches()
        && Pattern.compile("\\.").splitAsStream(host).allMatch(LABEL.asMatchPredicate())
        && !host.endsWith(".");
  }

  /** The address in the one form that this program writes. */
  private static String ipv6(String host) {
    try {
      // In brackets it is taken as an address, and never looked up.
      return InetAddress.getByName("[" + host + "]").getHostAddress().toLowerCase(Locale.ROOT);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("not an IPv6 address: " + Text.quote(host), e);
    }
  }
}
