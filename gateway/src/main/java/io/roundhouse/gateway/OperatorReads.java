package io.roundhouse.gateway;

import static java.util.Map.entry;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.Text;
import io.roundhouse.gateway.Refusal.Reason;
import io.roundhouse.workflows.TaskQueues;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.operatorservice.v1.ListSearchAttributesRequest;
import io.temporal.api.workflowservice.v1.CountWorkflowExecutionsRequest;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.api.workflowservice.v1.DescribeTaskQueueRequest;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.GetWorkflowExecutionHistoryRequest;
import io.temporal.api.workflowservice.v1.GetWorkflowExecutionHistoryReverseRequest;
import io.temporal.api.workflowservice.v1.ListWorkersRequest;
import io.temporal.api.workflowservice.v1.ListWorkflowExecutionsRequest;
import io.temporal.api.workflowservice.v1.ListWorkflowExecutionsResponse;
import io.temporal.api.workflowservice.v1.PollWorkflowExecutionUpdateRequest;
import io.temporal.api.workflowservice.v1.QueryWorkflowRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What every operator may look at: jobs and what is below them, queues, and the server itself. */
final class OperatorReads implements Rpcs {
  private static final String SERVICE = "temporal.api.workflowservice.v1.WorkflowService/";
  private static final List<String> QUEUES =
      List.of(TaskQueues.SERVER, TaskQueues.AGGREGATE, TaskQueues.MODEL);

  private final Temporal temporal;

  OperatorReads(Temporal temporal) {
    this.temporal = temporal;
  }

  @Override
  public Map<String, Rpc> byName() {
    return Map.ofEntries(
        entry("grpc.health.v1.Health/Check", call -> temporal.send(call, call.request())),
        entry(SERVICE + "GetSystemInfo", call -> temporal.send(call, new byte[0])),
        entry(SERVICE + "GetClusterInfo", call -> temporal.send(call, new byte[0])),
        entry(SERVICE + "DescribeNamespace", this::describeNamespace),
        entry(SERVICE + "DescribeWorkflowExecution", this::describe),
        entry(SERVICE + "GetWorkflowExecutionHistory", this::history),
        entry(SERVICE + "GetWorkflowExecutionHistoryReverse", this::historyReverse),
        entry(SERVICE + "QueryWorkflow", this::query),
        entry(SERVICE + "PollWorkflowExecutionUpdate", this::pollUpdate),
        entry(SERVICE + "ListWorkflowExecutions", this::list),
        entry(SERVICE + "CountWorkflowExecutions", this::count),
        entry(SERVICE + "DescribeTaskQueue", this::describeQueue),
        entry(SERVICE + "ListWorkers", this::listWorkers),
        entry(
            "temporal.api.operatorservice.v1.OperatorService/ListSearchAttributes",
            this::searchAttributes));
  }

  private CompletableFuture<byte[]> describeNamespace(RpcCall call) {
    DescribeNamespaceRequest request = call.read(DescribeNamespaceRequest.parser());
    requireNamespace(request.getNamespace());
    return temporal.send(
        call,
        DescribeNamespaceRequest.newBuilder()
            .setNamespace(temporal.namespace())
            .build()
            .toByteArray());
  }

  private CompletableFuture<byte[]> describe(RpcCall call) {
    DescribeWorkflowExecutionRequest request = call.read(DescribeWorkflowExecutionRequest.parser());
    requireNamespace(request.getNamespace());
    requireJob(call, request.getExecution());
    return ask(call, request);
  }

  private CompletableFuture<byte[]> history(RpcCall call) {
    GetWorkflowExecutionHistoryRequest request =
        call.read(GetWorkflowExecutionHistoryRequest.parser());
    requireNamespace(request.getNamespace());
    requireJob(call, request.getExecution());
    return ask(call, request);
  }

  private CompletableFuture<byte[]> historyReverse(RpcCall call) {
    GetWorkflowExecutionHistoryReverseRequest request =
        call.read(GetWorkflowExecutionHistoryReverseRequest.parser());
    requireNamespace(request.getNamespace());
    requireJob(call, request.getExecution());
    return ask(call, request);
  }

  private CompletableFuture<byte[]> query(RpcCall call) {
    QueryWorkflowRequest request = call.read(QueryWorkflowRequest.parser());
    requireNamespace(request.getNamespace());
    requireJob(call, request.getExecution());
    return ask(
        call, request.toBuilder().setQuery(request.getQuery().toBuilder().clearHeader()).build());
  }

  private CompletableFuture<byte[]> pollUpdate(RpcCall call) {
    PollWorkflowExecutionUpdateRequest request =
        call.read(PollWorkflowExecutionUpdateRequest.parser());
    requireNamespace(request.getNamespace());
    requireJob(call, request.getUpdateRef().getWorkflowExecution());
    return ask(call, request.toBuilder().setIdentity(call.caller().uri()).build());
  }

  private CompletableFuture<byte[]> list(RpcCall call) {
    ListWorkflowExecutionsRequest request = call.read(ListWorkflowExecutionsRequest.parser());
    requireNamespace(request.getNamespace());
    String query = VisibilityQuery.ofJobs(request.getQuery());
    return ask(call.about(request.getQuery()), request.toBuilder().setQuery(query).build())
        .thenApply(OperatorReads::jobsOnly);
  }

  /** Whatever the query was made to mean. */
  private static byte[] jobsOnly(byte[] answer) {
    try {
      ListWorkflowExecutionsResponse found = ListWorkflowExecutionsResponse.parseFrom(answer);
      ListWorkflowExecutionsResponse.Builder jobs = found.toBuilder().clearExecutions();
      found.getExecutionsList().stream()
          .filter(it -> JobWorkflow.of(it.getExecution().getWorkflowId()).isPresent())
          .forEach(jobs::addExecutions);
      return jobs.build().toByteArray();
    } catch (InvalidProtocolBufferException e) {
      throw new Refusal(Reason.UNAVAILABLE, "Temporal's answer cannot be read");
    }
  }

  private CompletableFuture<byte[]> count(RpcCall call) {
    CountWorkflowExecutionsRequest request = call.read(CountWorkflowExecutionsRequest.parser());
    requireNamespace(request.getNamespace());
    String query = VisibilityQuery.ofJobs(request.getQuery());
    return ask(call.about(request.getQuery()), request.toBuilder().setQuery(query).build());
  }

  private CompletableFuture<byte[]> describeQueue(RpcCall call) {
    DescribeTaskQueueRequest request = call.read(DescribeTaskQueueRequest.parser());
    requireNamespace(request.getNamespace());
    String queue = request.getTaskQueue().getName();
    boolean site = queue.startsWith("site-") && JobId.isLabel(queue.substring(5));
    if (!site && !QUEUES.contains(queue)) {
      throw Refusal.forbidden(
          Text.quote(queue)
              + " is no queue of the federation, perhaps you should name site-<name>");
    }
    return ask(call.about(queue), request);
  }

  private CompletableFuture<byte[]> listWorkers(RpcCall call) {
    ListWorkersRequest request = call.read(ListWorkersRequest.parser());
    requireNamespace(request.getNamespace());
    return ask(call, request);
  }

  private CompletableFuture<byte[]> searchAttributes(RpcCall call) {
    ListSearchAttributesRequest request = call.read(ListSearchAttributesRequest.parser());
    return ask(call, request.toBuilder().setNamespace(temporal.namespace()).build());
  }

  private CompletableFuture<byte[]> ask(RpcCall call, Message request) {
    call.allow();
    return temporal.send(call, request.toByteArray());
  }

  private void requireNamespace(String namespace) {
    temporal.requireNamespace(namespace);
  }

  private static void requireJob(RpcCall call, WorkflowExecution execution) {
    call.about(execution.getWorkflowId());
    JobWorkflow.require(execution.getWorkflowId());
  }
}
