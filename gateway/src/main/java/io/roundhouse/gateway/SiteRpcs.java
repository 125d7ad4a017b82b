package io.roundhouse.gateway;

import static java.util.Map.entry;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Deadline;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Text;
import io.roundhouse.gateway.Refusal.Reason;
import io.temporal.api.enums.v1.TaskQueueKind;
import io.temporal.api.failure.v1.ApplicationFailureInfo;
import io.temporal.api.failure.v1.Failure;
import io.temporal.api.namespace.v1.NamespaceInfo;
import io.temporal.api.taskqueue.v1.TaskQueue;
import io.temporal.api.worker.v1.WorkerHeartbeat;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.api.workflowservice.v1.DescribeNamespaceResponse;
import io.temporal.api.workflowservice.v1.PollActivityTaskQueueRequest;
import io.temporal.api.workflowservice.v1.PollActivityTaskQueueResponse;
import io.temporal.api.workflowservice.v1.RecordActivityTaskHeartbeatRequest;
import io.temporal.api.workflowservice.v1.RecordWorkerHeartbeatRequest;
import io.temporal.api.workflowservice.v1.RespondActivityTaskCanceledRequest;
import io.temporal.api.workflowservice.v1.RespondActivityTaskCompletedRequest;
import io.temporal.api.workflowservice.v1.RespondActivityTaskFailedRequest;
import io.temporal.api.workflowservice.v1.ShutdownWorkerRequest;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * What a site's worker needs: its own queue, its own tasks. Requests are made anew from the fields
 * that are known and harmless; whatever else a client sends goes no further.
 */
final class SiteRpcs implements Rpcs {
  private static final String SERVICE = "temporal.api.workflowservice.v1.WorkflowService/";
  private static final int LONGEST_KEY = 100;
  private static final int MOST_HEARTBEATS = 16;

  private final Temporal temporal;
  private final TaskTokens tokens;
  private final EndedTasks ended;
  private final PollGate polls;
  private final Presence presence;
  private final int payloadBytes;

  /** The worker of a site that polls. */
  private record Worker(SiteName site, String key) {}

  SiteRpcs(
      Temporal temporal,
      TaskTokens tokens,
      EndedTasks ended,
      PollGate polls,
      Presence presence,
      int payloadBytes) {
    this.temporal = temporal;
    this.tokens = tokens;
    this.ended = ended;
    this.polls = polls;
    this.presence = presence;
    this.payloadBytes = payloadBytes;
  }

  @Override
  public Map<String, Rpc> byName() {
    return Map.ofEntries(
        entry("grpc.health.v1.Health/Check", call -> temporal.send(call, call.request())),
        entry(SERVICE + "GetSystemInfo", call -> temporal.send(call, new byte[0])),
        entry(SERVICE + "DescribeNamespace", this::describeNamespace),
        entry(SERVICE + "PollActivityTaskQueue", this::poll),
        entry(SERVICE + "RecordActivityTaskHeartbeat", this::heartbeat),
        entry(SERVICE + "RespondActivityTaskCompleted", this::completed),
        entry(SERVICE + "RespondActivityTaskFailed", this::failed),
        entry(SERVICE + "RespondActivityTaskCanceled", this::canceled),
        entry(SERVICE + "RecordWorkerHeartbeat", this::workerHeartbeat),
        entry(SERVICE + "ShutdownWorker", this::shutdownWorker));
  }

  private CompletableFuture<byte[]> describeNamespace(RpcCall call) {
    DescribeNamespaceRequest request = call.read(DescribeNamespaceRequest.parser());
    requireNamespace(request.getNamespace());
    if (!request.getId().isEmpty()) {
      throw Refusal.forbidden("a namespace is asked for by its name, not by its id");
    }
    byte[] ask =
        DescribeNamespaceRequest.newBuilder()
            .setNamespace(temporal.namespace())
            .build()
            .toByteArray();
    return temporal.send(call, ask).thenApply(SiteRpcs::namespace);
  }

  /** Name, state and capabilities; not the one that would let the server command workers. */
  private static byte[] namespace(byte[] answer) {
    try {
      NamespaceInfo info = DescribeNamespaceResponse.parseFrom(answer).getNamespaceInfo();
      return DescribeNamespaceResponse.newBuilder()
          .setNamespaceInfo(
              NamespaceInfo.newBuilder()
                  .setName(info.getName())
                  .setState(info.getState())
                  .setLimits(info.getLimits())
                  .setCapabilities(info.getCapabilities().toBuilder().setWorkerCommands(false)))
          .build()
          .toByteArray();
    } catch (InvalidProtocolBufferException e) {
      throw new Refusal(Reason.UNAVAILABLE, "Temporal's answer cannot be read");
    }
  }

  private CompletableFuture<byte[]> poll(RpcCall call) {
    PollActivityTaskQueueRequest request = call.read(PollActivityTaskQueueRequest.parser());
    SiteName site = call.site();
    call.about(request.getTaskQueue().getName());
    requireNamespace(request.getNamespace());
    requireQueue(site, request.getTaskQueue());
    Worker worker = worker(site, request.getWorkerInstanceKey());
    byte[] poll =
        PollActivityTaskQueueRequest.newBuilder()
            .setNamespace(temporal.namespace())
            .setTaskQueue(
                TaskQueue.newBuilder()
                    .setName(site.queue())
                    .setKind(TaskQueueKind.TASK_QUEUE_KIND_NORMAL))
            .setIdentity(call.caller().uri())
            .setWorkerInstanceKey(worker.key)
            .build()
            .toByteArray();
    return polls
        .pass(worker, call.context(), deadline -> forward(call, site, poll, deadline))
        .thenApply(task -> handOver(call, site, task));
  }

  private CompletableFuture<PollActivityTaskQueueResponse> forward(
      RpcCall call, SiteName site, byte[] poll, Deadline deadline) {
    presence.seen(site);
    return temporal.send(call, call.method(), poll, deadline).thenApply(SiteRpcs::task);
  }

  private static PollActivityTaskQueueResponse task(byte[] answer) {
    try {
      return PollActivityTaskQueueResponse.parseFrom(answer);
    } catch (InvalidProtocolBufferException e) {
      throw new Refusal(Reason.UNAVAILABLE, "Temporal's answer cannot be read");
    }
  }

  private byte[] handOver(RpcCall call, SiteName site, PollActivityTaskQueueResponse task) {
    if (task.getTaskToken().isEmpty()) {
      return task.toByteArray();
    }
    TaskClaim claim = TaskGrants.of(task, site, Instant.now());
    call.about(claim.task()).allow();
    return task.toBuilder()
        .setTaskToken(UnsafeByteOperations.unsafeWrap(tokens.seal(site, claim)))
        .build()
        .toByteArray();
  }

  private CompletableFuture<byte[]> heartbeat(RpcCall call) {
    RecordActivityTaskHeartbeatRequest request =
        call.read(RecordActivityTaskHeartbeatRequest.parser());
    requireNamespace(request.getNamespace());
    TaskClaim claim = open(call, request.getTaskToken());
    requireSize("the heartbeat", request.getDetails().getSerializedSize());
    presence.seen(call.site());
    return temporal.send(
        call,
        RecordActivityTaskHeartbeatRequest.newBuilder()
            .setNamespace(temporal.namespace())
            .setIdentity(call.caller().uri())
            .setTaskToken(claim.token())
            .setDetails(request.getDetails())
            .build()
            .toByteArray());
  }

  private CompletableFuture<byte[]> completed(RpcCall call) {
    RespondActivityTaskCompletedRequest request =
        call.read(RespondActivityTaskCompletedRequest.parser());
    requireNamespace(request.getNamespace());
    TaskClaim claim = open(call, request.getTaskToken());
    int bytes = request.getResult().getSerializedSize();
    if (bytes > payloadBytes) {
      return tooLarge(call, claim, "the result", bytes);
    }
    RespondActivityTaskCompletedRequest.Builder answer =
        RespondActivityTaskCompletedRequest.newBuilder()
            .setNamespace(temporal.namespace())
            .setIdentity(call.caller().uri())
            .setTaskToken(claim.token());
    if (request.hasResult()) {
      answer.setResult(request.getResult());
    }
    return end(call, claim, answer.build().toByteArray());
  }

  private CompletableFuture<byte[]> failed(RpcCall call) {
    RespondActivityTaskFailedRequest request = call.read(RespondActivityTaskFailedRequest.parser());
    requireNamespace(request.getNamespace());
    TaskClaim claim = open(call, request.getTaskToken());
    int bytes =
        request.getFailure().getSerializedSize()
            + request.getLastHeartbeatDetails().getSerializedSize();
    if (bytes > payloadBytes) {
      return tooLarge(call, claim, "the failure", bytes);
    }
    RespondActivityTaskFailedRequest.Builder answer =
        RespondActivityTaskFailedRequest.newBuilder()
            .setNamespace(temporal.namespace())
            .setIdentity(call.caller().uri())
            .setTaskToken(claim.token())
            .setFailure(request.getFailure());
    if (request.hasLastHeartbeatDetails()) {
      answer.setLastHeartbeatDetails(request.getLastHeartbeatDetails());
    }
    return end(call, claim, answer.build().toByteArray());
  }

  private CompletableFuture<byte[]> canceled(RpcCall call) {
    RespondActivityTaskCanceledRequest request =
        call.read(RespondActivityTaskCanceledRequest.parser());
    requireNamespace(request.getNamespace());
    TaskClaim claim = open(call, request.getTaskToken());
    requireSize("the details", request.getDetails().getSerializedSize());
    RespondActivityTaskCanceledRequest.Builder answer =
        RespondActivityTaskCanceledRequest.newBuilder()
            .setNamespace(temporal.namespace())
            .setIdentity(call.caller().uri())
            .setTaskToken(claim.token());
    if (request.hasDetails()) {
      answer.setDetails(request.getDetails());
    }
    return end(call, claim, answer.build().toByteArray());
  }

  /** Ends a task that has said too much: refused, it would hang until its time is over. */
  private CompletableFuture<byte[]> tooLarge(
      RpcCall call, TaskClaim claim, String what, int bytes) {
    String message = tooLarge(what, bytes);
    call.refuse(message);
    byte[] failure =
        RespondActivityTaskFailedRequest.newBuilder()
            .setNamespace(temporal.namespace())
            .setIdentity(call.caller().uri())
            .setTaskToken(claim.token())
            .setFailure(
                Failure.newBuilder()
                    .setMessage(message)
                    .setApplicationFailureInfo(
                        ApplicationFailureInfo.newBuilder()
                            .setType("TooLarge")
                            .setNonRetryable(true)))
            .build()
            .toByteArray();
    return temporal.send(call, SERVICE + "RespondActivityTaskFailed", failure);
  }

  private CompletableFuture<byte[]> end(RpcCall call, TaskClaim claim, byte[] request) {
    call.allow();
    return temporal
        .send(call, request)
        .thenApply(
            answer -> {
              ended.add(claim);
              return answer;
            });
  }

  private CompletableFuture<byte[]> workerHeartbeat(RpcCall call) {
    RecordWorkerHeartbeatRequest request = call.read(RecordWorkerHeartbeatRequest.parser());
    requireNamespace(request.getNamespace());
    if (request.getWorkerHeartbeatCount() > MOST_HEARTBEATS) {
      throw Refusal.invalid("more than " + MOST_HEARTBEATS + " workers in one heartbeat");
    }
    RecordWorkerHeartbeatRequest.Builder heartbeats =
        RecordWorkerHeartbeatRequest.newBuilder()
            .setNamespace(temporal.namespace())
            .setIdentity(call.caller().uri());
    for (WorkerHeartbeat heartbeat : request.getWorkerHeartbeatList()) {
      heartbeats.addWorkerHeartbeat(own(call, heartbeat));
    }
    presence.seen(call.site());
    return temporal.send(call, heartbeats.build().toByteArray());
  }

  private CompletableFuture<byte[]> shutdownWorker(RpcCall call) {
    ShutdownWorkerRequest request = call.read(ShutdownWorkerRequest.parser());
    SiteName site = call.site();
    requireNamespace(request.getNamespace());
    requireOwnQueue(site, request.getTaskQueue());
    requireSize("the reason", request.getReason().length());
    Worker worker = worker(site, request.getWorkerInstanceKey());
    ShutdownWorkerRequest.Builder shutdown =
        ShutdownWorkerRequest.newBuilder()
            .setNamespace(temporal.namespace())
            .setIdentity(call.caller().uri())
            .setReason(request.getReason())
            .setWorkerInstanceKey(worker.key)
            .setTaskQueue(request.getTaskQueue())
            .addAllTaskQueueTypes(request.getTaskQueueTypesList());
    if (request.hasWorkerHeartbeat()) {
      shutdown.setWorkerHeartbeat(own(call, request.getWorkerHeartbeat()));
    }
    polls.release(worker);
    return temporal.send(call, shutdown.build().toByteArray());
  }

  /** A worker's heartbeat in the site's own name. */
  private WorkerHeartbeat own(RpcCall call, WorkerHeartbeat heartbeat) {
    SiteName site = call.site();
    requireOwnQueue(site, heartbeat.getTaskQueue());
    requireSize("the heartbeat", heartbeat.getSerializedSize());
    return heartbeat.toBuilder()
        .setWorkerInstanceKey(worker(site, heartbeat.getWorkerInstanceKey()).key)
        .setWorkerIdentity(call.caller().uri())
        .build();
  }

  private TaskClaim open(RpcCall call, ByteString token) {
    TaskClaim claim = tokens.open(call.site(), token.toByteArray());
    call.about(claim.task());
    return claim;
  }

  /** Keys of workers are made unmistakable: one site cannot speak for the worker of another. */
  private static Worker worker(SiteName site, String key) {
    if (key.length() > LONGEST_KEY) {
      throw Refusal.invalid("the worker's key is longer than " + LONGEST_KEY);
    }
    return new Worker(site, key.isEmpty() ? "" : site + ":" + key);
  }

  private void requireNamespace(String namespace) {
    temporal.requireNamespace(namespace);
  }

  private static void requireQueue(SiteName site, TaskQueue queue) {
    boolean normal =
        queue.getKind() == TaskQueueKind.TASK_QUEUE_KIND_NORMAL
            || queue.getKind() == TaskQueueKind.TASK_QUEUE_KIND_UNSPECIFIED;
    if (!queue.getName().equals(site.queue()) || !normal || !queue.getNormalName().isEmpty()) {
      throw Refusal.forbidden(
          "site "
              + site
              + " may not poll the queue "
              + Text.quote(queue.getName())
              + ", perhaps you should poll "
              + Text.quote(site.queue()));
    }
  }

  private static void requireOwnQueue(SiteName site, String queue) {
    if (!queue.isEmpty() && !queue.equals(site.queue())) {
      throw Refusal.forbidden("site " + site + " has no worker on the queue " + Text.quote(queue));
    }
  }

  private void requireSize(String what, int bytes) {
    if (bytes > payloadBytes) {
      throw new Refusal(Reason.TOO_LARGE, tooLarge(what, bytes));
    }
  }

  private String tooLarge(String what, int bytes) {
    return what
        + " has "
        + bytes
        + " bytes, and may have "
        + payloadBytes
        + ", perhaps you should put it into an artifact or shorten it";
  }
}
