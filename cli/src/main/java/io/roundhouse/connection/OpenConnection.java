package io.roundhouse.connection;

import io.grpc.ClientInterceptor;
import io.grpc.StatusRuntimeException;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.OperatorServiceStubs;
import io.temporal.serviceclient.OperatorServiceStubsOptions;
import io.temporal.serviceclient.RpcRetryOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A connection that is open: Temporal answered, and knows the namespace. */
public final class OpenConnection implements AutoCloseable {
  /** How long a command waits for an answer. */
  public static final Duration PATIENCE = Duration.ofSeconds(10);

  /** How long it waits for an answer of workers, which may be away, and what it repeats. */
  private static final Duration PATIENCE_WITH_WORKERS = Duration.ofSeconds(5);

  /** gRPC logs failures that callers get as well; Java forgets levels of loggers nobody holds. */
  private static final Logger GRPC = Logger.getLogger("io.grpc");

  static {
    if (GRPC.getLevel() == null) {
      GRPC.setLevel(Level.SEVERE);
    }
  }

  private final Connection connection;
  private final Supplier<WorkflowServiceStubsOptions.Builder> target;
  private final UnaryOperator<WorkflowServiceStubsOptions.Builder> usage;
  private final WorkflowServiceStubs stubs;
  private final WorkflowClient client;

  private OpenConnection(
      Connection connection,
      Supplier<WorkflowServiceStubsOptions.Builder> target,
      UnaryOperator<WorkflowServiceStubsOptions.Builder> usage) {
    this.connection = connection;
    this.target = target;
    this.usage = usage;
    stubs = WorkflowServiceStubs.newServiceStubs(options().validateAndBuildWithDefaults());
    client = client(stubs);
  }

  /**
   * For a command: Temporal answers each call within seconds, or the call fails.
   *
   * @throws ConnectionException if it does not answer now
   */
  public static OpenConnection forCommand(Connection connection) {
    return open(connection, () -> options(connection), OpenConnection::impatient);
  }

  /** The same, by a way of its own. */
  static OpenConnection forCommand(
      Connection connection, Supplier<WorkflowServiceStubsOptions.Builder> target) {
    return open(connection, target, OpenConnection::impatient);
  }

  /**
   * For workers, which outlast outages of Temporal.
   *
   * @throws ConnectionException if it does not answer now
   */
  public static OpenConnection forWorkers(Connection connection) {
    return open(connection, () -> options(connection), UnaryOperator.identity());
  }

  private static OpenConnection open(
      Connection connection,
      Supplier<WorkflowServiceStubsOptions.Builder> target,
      UnaryOperator<WorkflowServiceStubsOptions.Builder> usage) {
    OpenConnection open = new OpenConnection(connection, target, usage);
    try {
      open.requireNamespace();
    } catch (RuntimeException e) {
      open.close();
      throw e;
    }
    return open;
  }

  private static WorkflowServiceStubsOptions.Builder impatient(
      WorkflowServiceStubsOptions.Builder options) {
    return options
        .setRpcTimeout(PATIENCE)
        .setRpcQueryTimeout(PATIENCE_WITH_WORKERS)
        .setRpcRetryOptions(
            RpcRetryOptions.newBuilder()
                .setInitialInterval(Duration.ofMillis(100))
                .setExpiration(PATIENCE_WITH_WORKERS)
                .build());
  }

  private void requireNamespace() {
    try {
      stubs
          .blockingStub()
          .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS)
          .describeNamespace(
              DescribeNamespaceRequest.newBuilder().setNamespace(connection.namespace()).build());
    } catch (StatusRuntimeException e) {
      throw explained(e);
    }
  }

  /** Where it leads. */
  public Connection connection() {
    return connection;
  }

  /** Its client. */
  public WorkflowClient client() {
    return client;
  }

  /** A client with a connection of its own, all of whose calls pass the interceptor. */
  public WorkflowClient client(ClientInterceptor interceptor) {
    return client(
        WorkflowServiceStubs.newServiceStubs(
            options().addGrpcClientInterceptor(interceptor).validateAndBuildWithDefaults()));
  }

  /** What it means for a person that a call failed. */
  public ConnectionException explained(StatusRuntimeException failure) {
    return Explanation.of(connection, stubs, failure);
  }

  /**
   * Why the server's certificate is not accepted, if it is that for which a call failed: to try
   * again is of no use then.
   */
  public static Optional<String> distrust(Throwable failure) {
    return Explanation.distrust(failure);
  }

  /** The calls of Temporal's administrators, on the same channel. */
  OperatorServiceStubs operator() {
    return OperatorServiceStubs.newServiceStubs(
        OperatorServiceStubsOptions.newBuilder()
            .setChannel(stubs.getRawChannel())
            .setRpcTimeout(PATIENCE)
            .validateAndBuildWithDefaults());
  }

  @Override
  public void close() {
    stubs.shutdownNow();
    stubs.awaitTermination(1, TimeUnit.SECONDS);
  }

  private WorkflowServiceStubsOptions.Builder options() {
    return usage.apply(target.get());
  }

  private static WorkflowServiceStubsOptions.Builder options(Connection connection) {
    WorkflowServiceStubsOptions.Builder options =
        WorkflowServiceStubsOptions.newBuilder().setTarget(connection.address());
    connection.tls().map(TlsFiles::context).ifPresent(options::setSslContext);
    connection
        .tls()
        .flatMap(Connection.Tls::serverName)
        .ifPresent(
            name -> options.setChannelInitializer(channel -> channel.overrideAuthority(name)));
    return options;
  }

  private WorkflowClient client(WorkflowServiceStubs service) {
    return WorkflowClient.newInstance(
        service, WorkflowClientOptions.newBuilder().setNamespace(connection.namespace()).build());
  }
}
