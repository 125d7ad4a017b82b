package io.roundhouse.simulation;

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
import java.util.concurrent.TimeUnit;

/**
 * Temporal's in-memory server inside this JVM. It listens on no port, keeps nothing on disk and
 * forgets finished rounds, so that memory does not grow with their number.
 */
final class EmbeddedTemporal implements AutoCloseable {
  private static final String NAMESPACE = "default";

  private final InProcessTestServer server;
  private final WorkflowServiceStubs stubs;
  private final WorkflowClient client;
  private final ClosedRuns closedRuns;

  private EmbeddedTemporal(InProcessTestServer server) {
    this.server = server;
    stubs =
        WorkflowServiceStubs.newServiceStubs(
            WorkflowServiceStubsOptions.newBuilder()
                .setChannel(server.getChannel())
                .setGrpcCompression(GrpcCompression.NONE)
                .validateAndBuildWithDefaults());
    client =
        WorkflowClient.newInstance(
            stubs, WorkflowClientOptions.newBuilder().setNamespace(NAMESPACE).build());
    closedRuns = ClosedRuns.forgetIn(server);
  }

  static EmbeddedTemporal start() {
    InProcessTestServer server = TestServer.createServer();
    declareSearchAttributes(server);
    return new EmbeddedTemporal(server);
  }

  WorkflowClient client() {
    return client;
  }

  @Override
  public void close() {
    closedRuns.close();
    stubs.shutdownNow();
    stubs.awaitTermination(1, TimeUnit.SECONDS);
    server.close();
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
