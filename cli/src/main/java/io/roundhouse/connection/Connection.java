package io.roundhouse.connection;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Text;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where Temporal is, which namespace of it is meant, and with which certificates one goes there.
 *
 * @param address host and port, {@code host:port} or {@code [host]:port}
 * @param namespace of Temporal
 * @param tls certificates; empty for a connection in the clear
 */
public record Connection(String address, String namespace, Optional<Tls> tls) {
  /** Where Temporal is unless something else is said. */
  public static final String DEFAULT_ADDRESS = "127.0.0.1:7233";

  /** Temporal's own default. */
  public static final String DEFAULT_NAMESPACE = "default";

  private static final String DEFAULT_PORT = ":7233";
  private static final int LARGEST_PORT = 65_535;
  private static final Pattern ADDRESS =
      Pattern.compile("([\\w.-]+|\\[[0-9a-fA-F:.]+])(:([0-9]{1,5}))?");

  /**
   * Files of certificates in PEM form, and the name that the server's must have.
   *
   * @param certificate the own one and those between it and the authority
   * @param key its PKCS#8 key
   * @param authority whom servers' certificates are from; those that Java trusts if absent
   * @param serverName the name in the server's certificate, if it is not that of the address
   */
  public record Tls(
      Optional<Path> certificate,
      Optional<Path> key,
      Optional<Path> authority,
      Optional<String> serverName) {
    /**
     * @throws IllegalArgumentException if there is a certificate without a key or the other way
     *     round
     */
    public Tls {
      requireNonNull(authority, "authority is null");
      requireNonNull(serverName, "serverName is null");
      if (certificate.isPresent() != key.isPresent()) {
        throw new IllegalArgumentException(
            "a certificate is of use with its key only, perhaps you should name the files of both");
      }
    }
  }

  /**
   * Adds port 7233 to an address that has none.
   *
   * @throws IllegalArgumentException if the address is not a host and a port
   */
  public Connection {
    requireNonNull(namespace, "namespace is null");
    requireNonNull(tls, "tls is null");
    Matcher parts = ADDRESS.matcher(address);
    if (!parts.matches() || !isPort(parts.group(3))) {
      throw new IllegalArgumentException(
          "must be a host and a port from 1 to 65535, not "
              + Text.quote(address)
              + ", perhaps you should write "
              + DEFAULT_ADDRESS);
    }
    address = parts.group(3) == null ? address + DEFAULT_PORT : address;
  }

  private static boolean isPort(@Nullable String digits) {
    return digits == null
        || (Integer.parseInt(digits) >= 1 && Integer.parseInt(digits) <= LARGEST_PORT);
  }

  /** In the clear. */
  public static Connection plain(String address, String namespace) {
    return new Connection(address, namespace, Optional.empty());
  }

  /** The host of the address. */
  public String host() {
    return address.substring(0, address.lastIndexOf(':'));
  }

  @Override
  public String toString() {
    return address + ", namespace " + namespace;
  }
}
