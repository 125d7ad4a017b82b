package io.roundhouse.operate;

import io.roundhouse.connection.Connection;
import io.roundhouse.connection.KitConnection;
import io.roundhouse.connection.OpenConnection;
import io.roundhouse.domain.Identity;
import io.roundhouse.kit.Kit;
import io.roundhouse.terminal.Failure;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that say how to get at jobs: through a federation's gateways, or to Temporal itself. */
public final class ConnectionOptions {
  @Option(
      names = "--kit",
      paramLabel = "FOLDER",
      defaultValue = "${env:ROUNDHOUSE_KIT}",
      description =
          "An operator's startup kit: goes through the gateways of its federation; from the"
              + " environment variable ROUNDHOUSE_KIT unless given.")
  private @Nullable Path kit;

  @Option(
      names = "--address",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:TEMPORAL_ADDRESS:-" + Connection.DEFAULT_ADDRESS + "}",
      description =
          "Without a kit, where Temporal is; from the environment variable TEMPORAL_ADDRESS unless"
              + " given, else "
              + Connection.DEFAULT_ADDRESS
              + ".")
  private String address = Connection.DEFAULT_ADDRESS;

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      defaultValue = "${env:TEMPORAL_NAMESPACE:-" + Connection.DEFAULT_NAMESPACE + "}",
      description =
          "Its namespace; from TEMPORAL_NAMESPACE unless given, else "
              + Connection.DEFAULT_NAMESPACE
              + ".")
  private String namespace = Connection.DEFAULT_NAMESPACE;

  @Mixin private TlsOptions tls = new TlsOptions();

  /**
   * Connects as they say.
   *
   * @throws Failure if they make no sense
   * @throws io.roundhouse.connection.ConnectionException if nobody answers
   * @throws io.roundhouse.kit.KitException if the kit cannot be used
   */
  public OpenConnection open() {
    Optional<Kit> its = kit();
    return its.isPresent()
        ? KitConnection.forCommand(its.get())
        : OpenConnection.forCommand(connection());
  }

  /**
   * The operator's kit, if one is named.
   *
   * @throws Failure if it is another's
   * @throws io.roundhouse.kit.KitException if it cannot be used
   */
  public Optional<Kit> kit() {
    if (kit == null || kit.toString().isEmpty()) {
      return Optional.empty();
    }
    Kit opened = Kit.open(kit);
    if (opened.identity().kind() != Identity.Kind.OPERATOR) {
      throw Failure.badInput(
          "--kit: this is the kit of "
              + opened.identity()
              + ", perhaps you should name the folder of an operator's kit");
    }
    return Optional.of(opened);
  }

  /**
   * The operator's kit.
   *
   * @throws Failure if none is named, or it is another's
   */
  public Kit requireKit() {
    return kit()
        .orElseThrow(
            () ->
                Failure.badInput(
                    "this goes through a federation's gateways, perhaps you should name the folder"
                        + " of your kit: --kit FOLDER, or the variable ROUNDHOUSE_KIT"));
  }

  private Connection connection() {
    try {
      return new Connection(address, namespace, tls.tls());
    } catch (IllegalArgumentException e) {
      throw Failure.badInput("--address and --tls-...: " + e.getMessage());
    }
  }
}
