package io.roundhouse.site;

import static java.util.Objects.requireNonNull;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Deadline;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line of log when the server is lost, and one when it is back, whatever the many calls of a
 * worker meet in between. A poll may wait for minutes before it says anything; those made while the
 * server is lost wait for seconds only, so that the second line comes soon.
 */
public final class ConnectionLog implements ClientInterceptor {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionLog.class);
  private static final long THERE = 0;
  private static final long SOON_SECONDS = 15;

  private final String server;
  private final AtomicLong lostAt = new AtomicLong(THERE);

  /**
   * @param server what the lines call it
   */
  public ConnectionLog(String server) {
    this.server = requireNonNull(server, "server is null");
  }

  @Override
  public <A, B> ClientCall<A, B> interceptCall(
      MethodDescriptor<A, B> method, CallOptions options, Channel next) {
    CallOptions limited = lostAt.get() == THERE ? options : soon(options);
    return new SimpleForwardingClientCall<>(next.newCall(method, limited)) {
      @Override
      public void start(Listener<B> listener, Metadata headers) {
        super.start(
            new SimpleForwardingClientCallListener<>(listener) {
              @Override
              public void onClose(Status status, Metadata trailers) {
                note(status);
                super.onClose(status, trailers);
              }
            },
            headers);
      }
    };
  }

  private static CallOptions soon(CallOptions options) {
    Deadline soon = Deadline.after(SOON_SECONDS, TimeUnit.SECONDS);
    Deadline deadline = options.getDeadline();
    return options.withDeadline(deadline == null ? soon : soon.minimum(deadline));
  }

  /** Calls that time out or are cancelled say nothing about the server: polls do that. */
  private void note(Status status) {
    switch (status.getCode()) {
      case UNAVAILABLE -> {
        if (lostAt.compareAndSet(THERE, System.nanoTime() | 1)) {
          LOG.warn("lost the server {}, trying again ({})", server, reason(status));
        }
      }
      case CANCELLED, DEADLINE_EXCEEDED, UNKNOWN, INTERNAL, RESOURCE_EXHAUSTED -> {}
      default -> {
        long since = lostAt.getAndSet(THERE);
        if (since != THERE) {
          Duration away = Duration.ofNanos(System.nanoTime() - since);
          LOG.warn("the server {} is back after {} s", server, away.toSeconds());
        }
      }
    }
  }

  private static String reason(Status status) {
    Throwable cause = status.getCause();
    String text = cause == null ? status.getDescription() : cause.getMessage();
    return text == null ? "no reason given" : text.lines().findFirst().orElse("");
  }
}
