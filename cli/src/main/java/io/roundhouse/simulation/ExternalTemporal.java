package io.roundhouse.simulation;

import static java.util.Objects.requireNonNull;

import io.grpc.ClientInterceptor;
import io.roundhouse.connection.OpenConnection;
import io.roundhouse.connection.SearchAttributes;
import io.temporal.client.WorkflowClient;
import java.util.Set;

/** A Temporal server of its own, with Web UI, that keeps jobs on disk. */
final class ExternalTemporal implements TemporalService {
  private final OpenConnection connection;

  private ExternalTemporal(OpenConnection connection) {
    this.connection = requireNonNull(connection, "connection is null");
  }

  static ExternalTemporal open(OpenConnection connection) {
    try {
      SearchAttributes.declare(connection);
      return new ExternalTemporal(connection);
    } catch (RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  @Override
  public WorkflowClient client() {
    return connection.client();
  }

  @Override
  public WorkflowClient connect(ClientInterceptor interceptor) {
    return connection.client(interceptor);
  }

  /** It does so itself, some seconds after a worker has died. */
  @Override
  public void takeBack(Set<String> stickyQueues) {}

  @Override
  public boolean outlivesThisProcess() {
    return true;
  }

  @Override
  public String place() {
    return "Temporal at " + connection.connection();
  }

  @Override
  public void close() {
    connection.close();
  }
}
