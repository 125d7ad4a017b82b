package io.roundhouse.simulation;

import io.grpc.ClientInterceptor;
import io.roundhouse.workflows.JobAttributes;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.common.SearchAttributeKey;
import io.temporal.serviceclient.GrpcCompression;
import io.temporal.serviceclient.OperatorServiceStubs;
import io.temporal.serviceclient.OperatorServiceStubsOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.testserver.TestServer;
import io.temporal.testserver.TestServer.InProcessTestServer;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Temporal's in-memory server inside this JVM. It listens on no port, keeps nothing on disk and
 * forgets finished rounds, so that memory does not grow with their number.
 */
final class EmbeddedTemporal implements TemporalService {
  private static final String NAMESPACE = "default";

  private final InProcessTestServer server;
  private final WorkflowServiceStubs stubs;
  private final WorkflowClient client;
  private final ClosedRuns closedRuns;
  private final OrphanedTasks orphans;

  private EmbeddedTemporal(InProcessTestServer server) {
    this.server = server;
    stubs = WorkflowServiceStubs.newServiceStubs(options(server).validateAndBuildWithDefaults());
    client = client(stubs);
    closedRuns = ClosedRuns.forgetIn(server);
    orphans = new OrphanedTasks(client);
  }

  static EmbeddedTemporal start() {
    InProcessTestServer server = TestServer.createServer();
    QueriedRuns.protectIn(server);
    declareSearchAttributes(server);
    return new EmbeddedTemporal(server);
  }

  @Override
  public WorkflowClient client() {
    return client;
  }

  @Override
  public WorkflowClient connect(ClientInterceptor interceptor) {
    return client(
        WorkflowServiceStubs.newServiceStubs(
            options(server).addGrpcClientInterceptor(interceptor).validateAndBuildWithDefaults()));
  }

  @Override
  public void takeBack(Set<String> stickyQueues) {
    stickyQueues.forEach(orphans::takeBack);
  }

  @Override
  public boolean outlivesThisProcess() {
    return false;
  }

  @Override
  public String place() {
    return "Temporal in this process";
  }

  @Override
  public void close() {
    orphans.close();
    closedRuns.close();
    stubs.shutdownNow();
    stubs.awaitTermination(1, TimeUnit.SECONDS);
    server.close();
  }

  private static WorkflowServiceStubsOptions.Builder options(InProcessTestServer server) {
    return WorkflowServiceStubsOptions.newBuilder()
        .setChannel(server.getChannel())
        .setGrpcCompression(GrpcCompression.NONE);
  }

  private static WorkflowClient client(WorkflowServiceStubs stubs) {
    return WorkflowClient.newInstance(
        stubs, WorkflowClientOptions.newBuilder().setNamespace(NAMESPACE).build());
  }

  private static void declareSearchAttributes(InProcessTestServer server) {
    OperatorServiceStubs operator =
        OperatorServiceStubs.newServiceStubs(
            OperatorServiceStubsOptions.newBuilder()
                .setChannel(server.getChannel())
                .validateAndBuildWithDefaults());
    AddSearchAttributesRequest.Builder request =
        AddSearchAttributesRequest.newBuilder().setNamespace(NAMESPACE);
    for (SearchAttributeKey<?> key : JobAttributes.ALL) {
      request.putSearchAttributes(key.getName(), key.getValueType());
    }
    operator.blockingStub().addSearchAttributes(request.build());
  }
}
