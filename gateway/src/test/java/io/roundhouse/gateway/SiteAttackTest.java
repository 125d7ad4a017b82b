package io.roundhouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Update;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.common.v1.Payloads;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.common.v1.WorkflowType;
import io.temporal.api.enums.v1.TaskQueueKind;
import io.temporal.api.taskqueue.v1.TaskQueue;
import io.temporal.api.worker.v1.WorkerHeartbeat;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.api.workflowservice.v1.DescribeNamespaceResponse;
import io.temporal.api.workflowservice.v1.PollActivityTaskQueueRequest;
import io.temporal.api.workflowservice.v1.PollActivityTaskQueueResponse;
import io.temporal.api.workflowservice.v1.RecordActivityTaskHeartbeatRequest;
import io.temporal.api.workflowservice.v1.RecordWorkerHeartbeatRequest;
import io.temporal.api.workflowservice.v1.RespondActivityTaskCompletedByIdRequest;
import io.temporal.api.workflowservice.v1.RespondActivityTaskCompletedRequest;
import io.temporal.api.workflowservice.v1.RespondActivityTaskFailedRequest;
import io.temporal.api.workflowservice.v1.ShutdownWorkerRequest;
import io.temporal.api.workflowservice.v1.SignalWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.StartWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.TerminateWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc.WorkflowServiceBlockingStub;
import io.temporal.client.WorkflowClient;
import io.temporal.common.converter.DefaultDataConverter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A site that does not keep to its own. */
@Timeout(120)
class SiteAttackTest {
  private static final String SERVICE = "temporal.api.workflowservice.v1.WorkflowService/";

  private final Path folder;
  private TestFederation federation;
  private Gateway gateway;
  private ManagedChannel berlinChannel;
  private WorkflowServiceBlockingStub berlin;
  private WorkflowServiceBlockingStub paris;

  SiteAttackTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void start() {
    federation = new TestFederation(folder);
    gateway = federation.gateway();
    berlinChannel = federation.channel(gateway, federation.authority.site("berlin"));
    berlin = stub(berlinChannel);
    paris = stub(federation.channel(gateway, federation.authority.site("paris")));
    Sites.server(federation);
  }

  @AfterEach
  void stop() throws Exception {
    federation.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "site-paris",
        "fl-server",
        "fl-aggregate",
        "fl-model",
        "",
        "site-",
        "site-berlin ",
        "SITE-BERLIN",
        "/_sys/site-berlin/1",
        "site-berlin\u0000"
      })
  void pollsItsOwnQueueOnly(String queue) {
    denied(
        () -> poll(berlin, TaskQueue.newBuilder().setName(queue).build()),
        "site berlin may not poll the queue");
  }

  @Test
  void pollsNoStickyQueue() {
    denied(
        () ->
            poll(
                berlin,
                TaskQueue.newBuilder()
                    .setName("site-berlin")
                    .setKind(TaskQueueKind.TASK_QUEUE_KIND_STICKY)
                    .setNormalName("fl-server")
                    .build()),
        "may not poll");
  }

  @Test
  void knowsOneNamespace() {
    denied(
        () ->
            call(
                () ->
                    berlin.pollActivityTaskQueue(
                        PollActivityTaskQueueRequest.newBuilder()
                            .setNamespace("other")
                            .setTaskQueue(TaskQueue.newBuilder().setName("site-berlin"))
                            .build())),
        "there is no namespace 'other' here, perhaps you should use 'default'");
    denied(
        () ->
            call(
                () ->
                    berlin.describeNamespace(
                        DescribeNamespaceRequest.newBuilder()
                            .setNamespace("default")
                            .setId("some-id")
                            .build())),
        "by its name");
    Metadata trick = new Metadata();
    trick.put(Metadata.Key.of("temporal-namespace", Metadata.ASCII_STRING_MARSHALLER), "other");
    DescribeNamespaceResponse namespace =
        berlin
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(trick))
            .describeNamespace(
                DescribeNamespaceRequest.newBuilder().setNamespace("default").build());
    assertThat(namespace.getNamespaceInfo().getName()).isEqualTo("default");
    assertThat(namespace.getNamespaceInfo().getOwnerEmail()).isEmpty();
    assertThat(namespace.getNamespaceInfo().getCapabilities().getWorkerCommands()).isFalse();
  }

  @Test
  void cannotEndAnothersTask() {
    Running task = running();
    Payloads result = payloads("evil");

    denied(
        () ->
            call(
                () ->
                    paris.respondActivityTaskCompleted(
                        RespondActivityTaskCompletedRequest.newBuilder()
                            .setNamespace("default")
                            .setTaskToken(task.sealed.getTaskToken())
                            .setResult(result)
                            .build())),
        "was not given to this site");
    denied(
        () ->
            call(
                () ->
                    paris.respondActivityTaskFailed(
                        RespondActivityTaskFailedRequest.newBuilder()
                            .setNamespace("default")
                            .setTaskToken(task.sealed.getTaskToken())
                            .build())),
        "was not given to this site");
    denied(
        () ->
            call(
                () ->
                    paris.recordActivityTaskHeartbeat(
                        RecordActivityTaskHeartbeatRequest.newBuilder()
                            .setNamespace("default")
                            .setTaskToken(task.sealed.getTaskToken())
                            .build())),
        "was not given to this site");
    assertThat(task.update).isNotDone();
    task.complete();
  }

  @Test
  void anEditedTokenEndsNothing() {
    Running task = running();
    byte[] token = task.sealed.getTaskToken().toByteArray();
    for (int i = 0; i < token.length; i++) {
      byte[] edited = token.clone();
      edited[i] ^= 1;
      denied(
          () ->
              call(
                  () ->
                      berlin.respondActivityTaskCompleted(
                          RespondActivityTaskCompletedRequest.newBuilder()
                              .setNamespace("default")
                              .setTaskToken(ByteString.copyFrom(edited))
                              .build())),
          "was not given to this site");
    }
    assertThat(task.update).isNotDone();
    task.complete();
  }

  @Test
  void anEndedTokenEndsNothingMore() {
    Running task = running();
    task.complete();

    assertThatThrownBy(() -> task.respond(berlin))
        .isInstanceOf(StatusRuntimeException.class)
        .extracting(e -> Status.fromThrowable(e).getCode())
        .isEqualTo(Status.Code.NOT_FOUND);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RespondActivityTaskCompletedById",
        "RespondActivityTaskFailedById",
        "RespondActivityTaskCanceledById",
        "RecordActivityTaskHeartbeatById",
        "StartWorkflowExecution",
        "SignalWorkflowExecution",
        "SignalWithStartWorkflowExecution",
        "ExecuteMultiOperation",
        "UpdateWorkflowExecution",
        "QueryWorkflow",
        "TerminateWorkflowExecution",
        "RequestCancelWorkflowExecution",
        "DeleteWorkflowExecution",
        "ResetWorkflowExecution",
        "ListWorkflowExecutions",
        "CountWorkflowExecutions",
        "DescribeWorkflowExecution",
        "GetWorkflowExecutionHistory",
        "PollWorkflowTaskQueue",
        "RespondWorkflowTaskCompleted",
        "PollNexusTaskQueue",
        "DescribeTaskQueue",
        "ListTaskQueuePartitions",
        "ListNamespaces",
        "RegisterNamespace",
        "UpdateNamespace",
        "CreateSchedule",
        "ListWorkers",
        "FetchWorkerConfig",
        "UpdateWorkerConfig",
        "PauseActivity",
        "UpdateActivityOptions",
        "StartBatchOperation",
        "GetClusterInfo",
        "NoSuchMethod"
      })
  void callsNothingElse(String method) {
    denied(
        () -> raw(berlinChannel, SERVICE + method),
        "sites may not call '" + method + "', perhaps you should use");
    federation.awaitAudited("\"action\":\"" + method + "\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "temporal.api.operatorservice.v1.OperatorService/DeleteNamespace",
        "temporal.server.api.adminservice.v1.AdminService/DescribeCluster",
        "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        "grpc.health.v1.Health/Watch",
        "x/y",
        "temporal.api.workflowservice.v1.WorkflowService/../GetSystemInfo"
      })
  void callsNoOtherService(String method) {
    denied(() -> raw(berlinChannel, method), "sites may not call");
  }

  @Test
  void cannotEndATaskByItsId() {
    Running task = running();
    denied(
        () ->
            call(
                () ->
                    berlin.respondActivityTaskCompletedById(
                        RespondActivityTaskCompletedByIdRequest.newBuilder()
                            .setNamespace("default")
                            .setWorkflowId("fl/demo/job")
                            .setActivityId(task.sealed.getActivityId())
                            .build())),
        "sites may not call");
    task.complete();
  }

  @Test
  void cannotSteerWorkflows() {
    Running task = running();
    WorkflowExecution execution =
        WorkflowExecution.newBuilder().setWorkflowId("fl/demo/job").build();
    denied(
        () ->
            call(
                () ->
                    berlin.signalWorkflowExecution(
                        SignalWorkflowExecutionRequest.newBuilder()
                            .setNamespace("default")
                            .setWorkflowExecution(execution)
                            .setSignalName("stop")
                            .build())),
        "sites may not call");
    denied(
        () ->
            call(
                () ->
                    berlin.terminateWorkflowExecution(
                        TerminateWorkflowExecutionRequest.newBuilder()
                            .setNamespace("default")
                            .setWorkflowExecution(execution)
                            .build())),
        "sites may not call");
    denied(
        () ->
            call(
                () ->
                    berlin.startWorkflowExecution(
                        StartWorkflowExecutionRequest.newBuilder()
                            .setNamespace("default")
                            .setWorkflowId("fl/demo/own")
                            .setWorkflowType(WorkflowType.newBuilder().setName("FederatedJob"))
                            .build())),
        "sites may not call");
    task.complete();
  }

  @Test
  void reportsInItsOwnName() {
    Running task = running();
    call(
        () ->
            berlin.recordActivityTaskHeartbeat(
                RecordActivityTaskHeartbeatRequest.newBuilder()
                    .setNamespace("default")
                    .setIdentity("spiffe://demo/site/paris")
                    .setTaskToken(task.sealed.getTaskToken())
                    .build()));
    String identity =
        federation
            .inside()
            .getWorkflowServiceStubs()
            .blockingStub()
            .describeWorkflowExecution(
                io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest.newBuilder()
                    .setNamespace("default")
                    .setExecution(WorkflowExecution.newBuilder().setWorkflowId("fl/demo/job"))
                    .build())
            .getPendingActivities(0)
            .getLastWorkerIdentity();

    assertThat(identity).isEqualTo("spiffe://demo/site/berlin");
    task.complete();
  }

  @Test
  void speaksForItsOwnWorkersOnly() {
    denied(
        () ->
            call(
                () ->
                    berlin.shutdownWorker(
                        ShutdownWorkerRequest.newBuilder()
                            .setNamespace("default")
                            .setTaskQueue("site-paris")
                            .build())),
        "site berlin has no worker on the queue 'site-paris'");
    denied(
        () ->
            call(
                () ->
                    berlin.recordWorkerHeartbeat(
                        RecordWorkerHeartbeatRequest.newBuilder()
                            .setNamespace("default")
                            .addWorkerHeartbeat(
                                WorkerHeartbeat.newBuilder().setTaskQueue("fl-server"))
                            .build())),
        "site berlin has no worker on the queue 'fl-server'");
  }

  @Test
  void tooLargeAResultFailsTheTaskAndNotTheJobsHistory() {
    Running task = running();
    call(
        () ->
            berlin.respondActivityTaskCompleted(
                RespondActivityTaskCompletedRequest.newBuilder()
                    .setNamespace("default")
                    .setTaskToken(task.sealed.getTaskToken())
                    .setResult(payloads("x".repeat(100_000)))
                    .build()));

    assertThatThrownBy(task.update::join)
        .rootCause()
        .hasMessageContaining("bytes, and may have 65536, perhaps you should put it into an")
        .hasMessageContaining("type='TooLarge', nonRetryable=true");
  }

  @Test
  void refusesHugeMessages() {
    assertThatThrownBy(
            () ->
                call(
                    () ->
                        berlin.respondActivityTaskCompleted(
                            RespondActivityTaskCompletedRequest.newBuilder()
                                .setNamespace("default")
                                .setResult(payloads("x".repeat(5 << 20)))
                                .build())))
        .isInstanceOf(StatusRuntimeException.class)
        .extracting(e -> Status.fromThrowable(e).getCode())
        .isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.INVALID_ARGUMENT);
    assertThatThrownBy(
            () ->
                call(
                    () ->
                        berlin
                            .withCompression("gzip")
                            .respondActivityTaskCompleted(
                                RespondActivityTaskCompletedRequest.newBuilder()
                                    .setNamespace("default")
                                    .setResult(payloads("x".repeat(30 << 20)))
                                    .build())))
        .isInstanceOf(StatusRuntimeException.class)
        .extracting(e -> Status.fromThrowable(e).getCode())
        .isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void refusesWhatIsNoMessage() {
    for (String method : List.of("PollActivityTaskQueue", "RespondActivityTaskCompleted")) {
      assertThatThrownBy(
              () ->
                  ClientCalls.blockingUnaryCall(
                      berlinChannel,
                      Bytes.unary(SERVICE + method),
                      CallOptions.DEFAULT,
                      new byte[] {(byte) 0xff, 1, 2, 3}))
          .isInstanceOf(StatusRuntimeException.class)
          .extracting(e -> Status.fromThrowable(e).getCode())
          .isEqualTo(Status.Code.INVALID_ARGUMENT);
    }
  }

  @Test
  void cannotTakeMoreThanItsShare() {
    Limits few = new Limits(100, 10, 10, 2, 10, 10, 5, 1 << 20, 1 << 16, 10);
    Gateway narrow = federation.gateway(federation.config(ArtifactsMode.RELAY, few));
    ManagedChannel channel = federation.channel(narrow, federation.authority.site("berlin"));
    Metadata none = new Metadata();
    assertThat(none.keys()).isEmpty();
    int refused = 0;
    for (int i = 0; i < 60; i++) {
      try {
        raw(channel, SERVICE + "GetSystemInfo");
      } catch (StatusRuntimeException e) {
        assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(e).hasMessageContaining("5 calls a second, perhaps you should wait");
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void whatTheGatewayDoesNotKnowGoesNoFurther() throws InvalidProtocolBufferException {
    BlockingQueue<byte[]> requests = new LinkedBlockingQueue<>();
    BlockingQueue<Metadata> headers = new LinkedBlockingQueue<>();
    GatewayConfig config = federation.config(ArtifactsMode.RELAY, Limits.DEFAULT);
    Channel watched =
        ClientInterceptors.intercept(
            federation.temporal.getChannel(), new Recorder(requests, headers));
    Gateway recording =
        federation.gateway(
            TestFederation.with(config, new TemporalTarget.Open(watched, "default")));
    Metadata sent = new Metadata();
    sent.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer x");
    sent.put(Metadata.Key.of("client-name", Metadata.ASCII_STRING_MARSHALLER), "temporal-java");
    UnknownFieldSet future =
        UnknownFieldSet.newBuilder()
            .addField(
                99,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFromUtf8("site-paris"))
                    .build())
            .build();
    WorkflowServiceBlockingStub site =
        stub(federation.channel(recording, federation.authority.site("berlin")))
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(sent));
    call(
        () ->
            site.withDeadlineAfter(6, TimeUnit.SECONDS)
                .pollActivityTaskQueue(
                    PollActivityTaskQueueRequest.newBuilder()
                        .setNamespace("default")
                        .setTaskQueue(TaskQueue.newBuilder().setName("site-berlin"))
                        .setIdentity("spiffe://demo/site/paris")
                        .setWorkerControlTaskQueue("fl-server")
                        .setWorkerInstanceKey("key")
                        .setUnknownFields(future)
                        .build()));

    PollActivityTaskQueueRequest forwarded =
        PollActivityTaskQueueRequest.parseFrom(requests.remove());
    assertThat(forwarded)
        .isEqualTo(
            PollActivityTaskQueueRequest.newBuilder()
                .setNamespace("default")
                .setTaskQueue(
                    TaskQueue.newBuilder()
                        .setName("site-berlin")
                        .setKind(TaskQueueKind.TASK_QUEUE_KIND_NORMAL))
                .setIdentity("spiffe://demo/site/berlin")
                .setWorkerInstanceKey("berlin:key")
                .build());
    assertThat(headers.remove().keys()).contains("client-name").doesNotContain("authorization");
  }

  /** Keeps what is sent. */
  private record Recorder(BlockingQueue<byte[]> requests, BlockingQueue<Metadata> headers)
      implements ClientInterceptor {
    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      return new SimpleForwardingClientCall<Q, A>(next.newCall(method, options)) {
        @Override
        public void start(Listener<A> listener, Metadata sent) {
          headers.add(sent);
          super.start(listener, sent);
        }

        @Override
        public void sendMessage(Q message) {
          requests.add((byte[]) message);
          super.sendMessage(message);
        }
      };
    }
  }

  /** A training that berlin has begun. */
  private final class Running {
    private final PollActivityTaskQueueResponse sealed;
    private final CompletableFuture<Update> update;
    private final Artifact model;

    Running(
        PollActivityTaskQueueResponse sealed, CompletableFuture<Update> update, Artifact model) {
      this.sealed = sealed;
      this.update = update;
      this.model = model;
    }

    void respond(WorkflowServiceBlockingStub as) {
      Update result = Sites.update(TrainProbe.task("berlin", model), 1, model);
      call(
          () ->
              as.respondActivityTaskCompleted(
                  RespondActivityTaskCompletedRequest.newBuilder()
                      .setNamespace("default")
                      .setTaskToken(sealed.getTaskToken())
                      .setResult(
                          DefaultDataConverter.newDefaultInstance()
                              .toPayloads(result)
                              .orElseThrow())
                      .build()));
    }

    void complete() {
      respond(berlin);
      assertThat(update.join().artifact()).isEqualTo(model);
    }
  }

  private Running running() {
    Artifact model = Sites.model(federation, 100, 1);
    TrainProbe probe = Sites.probe(federation, "fl/demo/job");
    CompletableFuture<Update> update =
        WorkflowClient.execute(probe::train, TrainProbe.task("berlin", model));
    return new Running(
        poll(berlin, TaskQueue.newBuilder().setName("site-berlin").build()), update, model);
  }

  private static PollActivityTaskQueueResponse poll(
      WorkflowServiceBlockingStub as, TaskQueue queue) {
    return as.withDeadlineAfter(60, TimeUnit.SECONDS)
        .pollActivityTaskQueue(
            PollActivityTaskQueueRequest.newBuilder()
                .setNamespace("default")
                .setTaskQueue(queue)
                .setIdentity("spiffe://demo/site/paris")
                .build());
  }

  private static Payloads payloads(String text) {
    return Payloads.newBuilder()
        .addPayloads(
            Payload.newBuilder()
                .putAllMetadata(Map.of("encoding", ByteString.copyFromUtf8("json/plain")))
                .setData(ByteString.copyFrom("\"" + text + "\"", StandardCharsets.UTF_8)))
        .build();
  }

  private static void raw(ManagedChannel channel, String method) {
    byte[] answer =
        ClientCalls.blockingUnaryCall(
            channel, Bytes.unary(method), CallOptions.DEFAULT, new byte[0]);
    assertThat(answer).isNotNull();
  }

  private static WorkflowServiceBlockingStub stub(ManagedChannel channel) {
    return WorkflowServiceGrpc.newBlockingStub(channel);
  }

  private interface Call {
    Object run();
  }

  private static void call(Call call) {
    assertThat(call.run()).isNotNull();
  }

  private static void denied(ThrowingCallable call, String reason) {
    assertThatThrownBy(call)
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageStartingWith("PERMISSION_DENIED")
        .hasMessageContaining(reason);
  }
}
