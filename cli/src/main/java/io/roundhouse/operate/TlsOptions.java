package io.roundhouse.operate;

import io.roundhouse.connection.Connection.Tls;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that name certificates for Temporal. */
public final class TlsOptions {
  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "Your certificate, PEM. TLS is used when one of these options is given.")
  private @Nullable Path certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "Its key, PKCS#8 PEM without a password.")
  private @Nullable Path key;

  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      description = "Certificates of the authority that Temporal's certificate is from, PEM.")
  private @Nullable Path authority;

  @Option(
      names = "--tls-server-name",
      paramLabel = "NAME",
      description = "The name in Temporal's certificate, if it is not that of the address.")
  private @Nullable String serverName;

  /**
   * Empty if none was given.
   *
   * @throws IllegalArgumentException if they do not fit together
   */
  public Optional<Tls> tls() {
    return certificate == null && key == null && authority == null && serverName == null
        ? Optional.empty()
        : Optional.of(
            new Tls(
                Optional.ofNullable(certificate),
                Optional.ofNullable(key),
                Optional.ofNullable(authority),
                Optional.ofNullable(serverName)));
  }
}
