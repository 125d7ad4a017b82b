package io.roundhouse.gateway;

import io.grpc.Context;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.roundhouse.domain.Identity;
import io.roundhouse.domain.Text;
import io.roundhouse.gateway.Rpcs.Rpc;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers every method there is: by the caller's kind, or with a refusal that is on record. */
@SuppressWarnings("FutureReturnValueIgnored") // finishing is the end
final class RpcRegistry extends HandlerRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(RpcRegistry.class);
  private static final String POLL =
      "temporal.api.workflowservice.v1.WorkflowService/PollActivityTaskQueue";

  private final Map<Identity.Kind, Map<String, Rpc>> allowed;
  private final AuditLog audit;

  RpcRegistry(List<Rpcs> sites, List<Rpcs> operators, AuditLog audit) {
    this.allowed =
        Map.of(
            Identity.Kind.SITE, all(sites),
            Identity.Kind.OPERATOR, all(operators),
            Identity.Kind.SERVER, Map.of());
    this.audit = audit;
  }

  private static Map<String, Rpc> all(List<Rpcs> parts) {
    Map<String, Rpc> all = new HashMap<>();
    parts.forEach(part -> all.putAll(part.byName()));
    return Map.copyOf(all);
  }

  @Override
  public ServerMethodDefinition<?, ?> lookupMethod(String method, @Nullable String authority) {
    return ServerMethodDefinition.create(Bytes.answered(method), new Handler(method));
  }

  /** Takes one message, answers one message. */
  private final class Handler implements ServerCallHandler<byte[], byte[]> {
    private final String method;

    Handler(String method) {
      this.method = method;
    }

    @Override
    public ServerCall.Listener<byte[]> startCall(
        ServerCall<byte[], byte[]> call, Metadata headers) {
      Connection connection = call.getAttributes().get(RpcServer.CONNECTION);
      if (connection == null) {
        call.close(Status.UNAUTHENTICATED, new Metadata());
        return new ServerCall.Listener<>() {};
      }
      call.request(2);
      return new Exchange(connection, method, call, headers);
    }
  }

  /** One call until it is closed. */
  private final class Exchange extends ServerCall.Listener<byte[]> {
    private final Connection connection;
    private final String method;
    private final ServerCall<byte[], byte[]> call;
    private final Metadata headers;
    private final AtomicBoolean closed = new AtomicBoolean();
    private byte @Nullable [] request;

    Exchange(
        Connection connection, String method, ServerCall<byte[], byte[]> call, Metadata headers) {
      this.connection = connection;
      this.method = method;
      this.call = call;
      this.headers = headers;
    }

    @Override
    public void onMessage(byte[] message) {
      if (request != null) {
        close(Status.INVALID_ARGUMENT.withDescription("more than one request"), new Metadata());
      }
      request = message;
    }

    @Override
    public void onHalfClose() {
      byte[] message = request;
      request = null;
      if (closed.get()) {
        return;
      }
      if (message == null) {
        close(Status.INVALID_ARGUMENT.withDescription("no request"), new Metadata());
        return;
      }
      RpcCall rpc = new RpcCall(connection, method, message, headers, Context.current(), audit);
      try {
        if (Bytes.isOversized(message)) {
          throw new Refusal(Refusal.Reason.TOO_LARGE, "the request is too large");
        }
        answer(rpc).whenComplete((answer, failure) -> finish(rpc, answer, failure));
      } catch (RuntimeException e) {
        finish(rpc, null, e);
      }
    }

    private CompletableFuture<byte[]> answer(RpcCall rpc) {
      Rpc handler = allowed.getOrDefault(rpc.caller().kind(), Map.of()).get(method);
      Allowance allowance = connection.allowance();
      if (handler == null) {
        allowance.beginCall();
        allowance.endCall();
        throw Refusal.forbidden(
            rpc.caller().kind()
                + "s may not call "
                + Text.quote(method.substring(method.indexOf('/') + 1))
                + ", perhaps you should use the commands for its role");
      }
      if (method.equals(POLL)) {
        allowance.beginPoll();
        return ended(allowance::endPoll, handler, rpc);
      }
      allowance.beginCall();
      return ended(allowance::endCall, handler, rpc);
    }

    private CompletableFuture<byte[]> ended(Runnable end, Rpc handler, RpcCall rpc) {
      try {
        return handler.answer(rpc).whenComplete((answer, failure) -> end.run());
      } catch (RuntimeException e) {
        end.run();
        throw e;
      }
    }

    private void finish(RpcCall rpc, byte @Nullable [] answer, @Nullable Throwable failure) {
      if (failure == null && answer != null) {
        if (closed.compareAndSet(false, true)) {
          call.sendHeaders(new Metadata());
          call.sendMessage(answer);
          call.close(Status.OK, new Metadata());
        }
        return;
      }
      Throwable cause = failure;
      while (cause instanceof CompletionException && cause.getCause() != null) {
        cause = cause.getCause();
      }
      if (cause instanceof Refusal refusal) {
        rpc.refuse(refusal.text());
        close(refusal.status(), new Metadata());
      } else if (cause instanceof StatusRuntimeException status) {
        Metadata trailers = status.getTrailers();
        close(status.getStatus(), trailers == null ? new Metadata() : trailers);
      } else {
        LOG.error("{} of {} failed", method, rpc.caller(), cause);
        close(Status.INTERNAL.withDescription("the gateway failed"), new Metadata());
      }
    }

    private void close(Status status, Metadata trailers) {
      if (closed.compareAndSet(false, true)) {
        call.close(status, trailers);
      }
    }

    @Override
    public void onCancel() {
      closed.set(true);
    }
  }
}
