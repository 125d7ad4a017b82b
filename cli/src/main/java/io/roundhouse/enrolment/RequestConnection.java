package io.roundhouse.enrolment;

import io.roundhouse.connection.Connection;
import io.roundhouse.connection.OpenConnection;
import io.roundhouse.terminal.Failure;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options that say where the Temporal is that keeps the requests of new members. */
final class RequestConnection {
  @Option(
      names = "--address",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:TEMPORAL_ADDRESS:-" + Connection.DEFAULT_ADDRESS + "}",
      description =
          "Where Temporal is; from the environment variable TEMPORAL_ADDRESS unless given, else "
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

  OpenConnection open() {
    try {
      return OpenConnection.forCommand(new Connection(address, namespace, Optional.empty()));
    } catch (IllegalArgumentException e) {
      throw Failure.badInput("--address: " + e.getMessage());
    }
  }
}
