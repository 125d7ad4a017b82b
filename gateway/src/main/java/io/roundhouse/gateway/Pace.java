package io.roundhouse.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes HTTP/1.1 connections that take too long: over the head of a request, between two requests,
 * or without moving {@value #FEWEST_BYTES} bytes of a body in the time that a stall may last.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its channel
final class Pace extends ChannelInboundHandlerAdapter {
  private static final int FEWEST_BYTES = 16 << 10;
  private static final Duration DRAIN = Duration.ofSeconds(5);

  private final Patience patience;
  private @Nullable ChannelHandlerContext context;
  private @Nullable ScheduledFuture<?> timer;
  private boolean awaitsHead;
  private long moved;

  Pace(Patience patience) {
    this.patience = patience;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext removed) {
    cancel();
  }

  @Override
  public void channelInactive(ChannelHandlerContext its) {
    cancel();
    its.fireChannelInactive();
  }

  /** The next request may come. */
  void awaitHead() {
    awaitsHead = true;
    closeAfter(patience.idle());
  }

  /** A request is being carried out. */
  void transfer() {
    awaitsHead = false;
    moved = FEWEST_BYTES;
    check();
  }

  /** The connection ends when the other side has read why, or soon. */
  void drain() {
    awaitsHead = false;
    closeAfter(DRAIN);
  }

  /** Bytes have gone out. */
  void progress(long bytes) {
    moved += bytes;
  }

  @Override
  public void channelRead(ChannelHandlerContext its, Object message) {
    if (message instanceof ByteBuf bytes) {
      moved += bytes.readableBytes();
      if (awaitsHead) {
        awaitsHead = false;
        closeAfter(patience.head());
      }
    }
    its.fireChannelRead(message);
  }

  private void check() {
    if (moved < FEWEST_BYTES) {
      close();
      return;
    }
    moved = 0;
    schedule(this::check, patience.stall());
  }

  private void closeAfter(Duration time) {
    schedule(this::close, time);
  }

  private void close() {
    if (context != null) {
      context.close();
    }
  }

  private void schedule(Runnable what, Duration after) {
    cancel();
    if (context != null && context.channel().isActive()) {
      timer = context.executor().schedule(what, after.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void cancel() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }
}
