package io.roundhouse.cli;

import io.roundhouse.connection.Connection;
import io.roundhouse.jobfile.Overrides;
import io.roundhouse.operate.TlsOptions;
import io.roundhouse.simulation.TemporalService;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that say on which Temporal a simulation runs. */
final class TemporalOptions {
  @Option(
      names = "--temporal",
      paramLabel = "HOST:PORT",
      description =
          "Run the job on this Temporal, where others can watch and steer it, instead of one in"
              + " this process. If this process is killed, give the same command again: the job"
              + " goes on.")
  private @Nullable String address;

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      description = "Namespace of that Temporal. Default: " + Connection.DEFAULT_NAMESPACE + ".")
  private @Nullable String namespace;

  @Mixin private TlsOptions tls = new TlsOptions();

  /** Notes what is wrong with them. */
  Overrides check(Overrides overrides) {
    try {
      if (address == null && (namespace != null || tls.tls().isPresent())) {
        overrides.problem("--namespace and --tls-...: are of use with --temporal only");
      }
      connection();
    } catch (IllegalArgumentException e) {
      overrides.problem("--temporal: " + e.getMessage());
    }
    return overrides;
  }

  /**
   * The Temporal that is meant, open.
   *
   * @throws io.roundhouse.connection.ConnectionException if it cannot be used
   */
  TemporalService open() {
    return connection().map(TemporalService::at).orElseGet(TemporalService::embedded);
  }

  private Optional<Connection> connection() {
    return Optional.ofNullable(address)
        .map(
            place ->
                new Connection(
                    place,
                    namespace == null ? Connection.DEFAULT_NAMESPACE : namespace,
                    tls.tls()));
  }
}
