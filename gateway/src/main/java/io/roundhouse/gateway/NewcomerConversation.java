package io.roundhouse.gateway;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection of somebody without a certificate: one request to enrol, one answer, the end. It
 * is over in any case when its time is. {@link Farewell} stays before it, so that a refusal is
 * read.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its channel
final class NewcomerConversation extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(NewcomerConversation.class);

  private final EnrolmentDesk desk;
  private final Duration time;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private @Nullable Future<?> deadline;
  private @Nullable Future<?> answer;
  private int length = -1;
  private boolean over;

  /**
   * @param time how long it may last from now
   */
  NewcomerConversation(EnrolmentDesk desk, Duration time) {
    this.desk = desk;
    this.time = time;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext its) {
    deadline =
        its.executor()
            .schedule(() -> cut(its), Math.max(0, time.toMillis()), TimeUnit.MILLISECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext its, Object message) {
    try {
      if (!over && message instanceof HttpRequest head) {
        begin(its, head);
      }
      if (!over && message instanceof HttpContent content) {
        take(its, content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void begin(ChannelHandlerContext its, HttpRequest head) {
    try {
      if (length >= 0) {
        throw Refusal.invalid("one connection is for one request");
      }
      length = desk.length(its.channel(), head);
    } catch (Refusal e) {
      refuse(its, head.method().name(), head.uri(), e);
    }
  }

  private void take(ChannelHandlerContext its, HttpContent content) {
    if (content.decoderResult().isFailure()
        || body.size() + content.content().readableBytes() > length) {
      refuse(its, "POST", Newcomers.PATH, Refusal.invalid("the request's body cannot be read"));
      return;
    }
    byte[] bytes = new byte[content.content().readableBytes()];
    content.content().readBytes(bytes);
    body.writeBytes(bytes);
    if (content instanceof LastHttpContent && answer == null) {
      try {
        answer = desk.answer(its.channel(), body.toByteArray(), response -> finish(its, response));
      } catch (RejectedExecutionException e) {
        finish(its, Answers.error(503, "the gateway is closing"));
      }
    }
  }

  private void refuse(ChannelHandlerContext its, String method, String uri, Refusal refusal) {
    desk.refuse(its.channel(), method, uri, refusal.text());
    finish(its, Answers.error(refusal.reason().http(), refusal.text()));
  }

  private void finish(ChannelHandlerContext its, FullHttpResponse response) {
    if (over || !its.channel().isActive()) {
      response.release();
      return;
    }
    over = true;
    Answers.protect(response);
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    its.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }

  private void cut(ChannelHandlerContext its) {
    if (!over) {
      over = true;
      desk.refuse(its.channel(), "enrol", "", "it took longer than it may");
    }
    if (its.pipeline().get(Farewell.class) != null) {
      its.pipeline().remove(Farewell.class);
    }
    its.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext its) {
    over = true;
    if (deadline != null) {
      deadline.cancel(false);
    }
    if (answer != null) {
      answer.cancel(true);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext its, Throwable cause) {
    LOG.debug("a newcomer's connection breaks off: {}", cause.toString());
    its.close();
  }
}
