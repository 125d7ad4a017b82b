package io.roundhouse.simulation;

import io.grpc.ClientInterceptor;
import io.roundhouse.connection.Connection;
import io.roundhouse.connection.OpenConnection;
import io.temporal.client.WorkflowClient;
import java.util.Set;

/** The Temporal that a simulation's workers connect with. */
public sealed interface TemporalService extends AutoCloseable
    permits EmbeddedTemporal, ExternalTemporal {
  /** One in this JVM, which ends with it. */
  static TemporalService embedded() {
    return EmbeddedTemporal.start();
  }

  /**
   * One that others reach too, and that outlives this JVM. It knows the search attributes of jobs
   * when this returns.
   *
   * @throws io.roundhouse.connection.ConnectionException if it cannot be used
   */
  static TemporalService at(Connection connection) {
    return ExternalTemporal.open(OpenConnection.forWorkers(connection));
  }

  /** A client on the connection that all share. */
  WorkflowClient client();

  /** A client with a connection of its own, all of whose calls pass the interceptor. */
  WorkflowClient connect(ClientInterceptor interceptor);

  /** Gives tasks that wait for dead workflow workers, on their own queues, to those that live. */
  void takeBack(Set<String> stickyQueues);

  /** Whether jobs go on in it when this JVM has ended. */
  boolean outlivesThisProcess();

  /** Where it is, for a person. */
  String place();

  @Override
  void close();
}
