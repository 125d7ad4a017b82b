package io.roundhouse.simulation;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.temporal.api.enums.v1.TaskQueueKind;
import io.temporal.api.workflowservice.v1.PollWorkflowTaskQueueRequest;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What connects a worker with Temporal. Once it is cut, every call breaks off and no other gets
 * through: to Temporal the worker is dead, whatever its threads still do.
 */
final class Lifeline implements ClientInterceptor {
  private static final Status DEAD = Status.UNAVAILABLE.withDescription("this worker is dead");

  private final Set<ClientCall<?, ?>> calls = ConcurrentHashMap.newKeySet();
  private final Set<String> stickyQueues = ConcurrentHashMap.newKeySet();
  private boolean cut;

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    return new Call<>(next.newCall(method, options));
  }

  /** Ends all calls, those under way and those to come. */
  void cut() {
    synchronized (this) {
      cut = true;
    }
    calls.forEach(call -> call.cancel("the worker died", null));
  }

  /** The task queues that only this worker has polled. */
  Set<String> stickyQueues() {
    return new TreeSet<>(stickyQueues);
  }

  private final class Call<Q, A> extends SimpleForwardingClientCall<Q, A> {
    private boolean refused;

    Call(ClientCall<Q, A> call) {
      super(call);
    }

    @Override
    public void start(Listener<A> listener, Metadata headers) {
      synchronized (Lifeline.this) {
        refused = cut;
        if (!refused) {
          calls.add(this);
          super.start(untilClosed(listener), headers);
        }
      }
      if (refused) {
        listener.onClose(DEAD, new Metadata());
      }
    }

    @Override
    public void sendMessage(Q message) {
      if (message instanceof PollWorkflowTaskQueueRequest poll
          && poll.getTaskQueue().getKind() == TaskQueueKind.TASK_QUEUE_KIND_STICKY) {
        stickyQueues.add(poll.getTaskQueue().getName());
      }
      if (!refused) {
        super.sendMessage(message);
      }
    }

    @Override
    public void request(int messages) {
      if (!refused) {
        super.request(messages);
      }
    }

    @Override
    public void halfClose() {
      if (!refused) {
        super.halfClose();
      }
    }

    private Listener<A> untilClosed(Listener<A> listener) {
      return new SimpleForwardingClientCallListener<>(listener) {
        @Override
        public void onClose(Status status, Metadata trailers) {
          calls.remove(Call.this);
          super.onClose(status, trailers);
        }
      };
    }
  }
}
