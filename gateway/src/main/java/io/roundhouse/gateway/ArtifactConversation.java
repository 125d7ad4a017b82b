package io.roundhouse.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/1.1 connection: one request after the other. Everything happens on its event loop, and
 * it reads only what the request at hand can take.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its channel
final class ArtifactConversation extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(ArtifactConversation.class);

  private final ArtifactDesk desk;
  private final Optional<EnrolmentDesk> enrolment;
  private final Connection connection;
  private final Pace pace;
  private @Nullable ChannelHandlerContext context;
  private @Nullable Transfer transfer;
  private boolean bodyPending;
  private boolean keepAlive;
  private boolean draining;

  ArtifactConversation(
      ArtifactDesk desk, Optional<EnrolmentDesk> enrolment, Connection connection, Pace pace) {
    this.desk = desk;
    this.enrolment = enrolment;
    this.connection = connection;
    this.pace = pace;
  }

  Connection connection() {
    return connection;
  }

  Channel channel() {
    return context().channel();
  }

  private ChannelHandlerContext context() {
    ChannelHandlerContext its = context;
    if (its == null) {
      throw new IllegalStateException("not in a pipeline");
    }
    return its;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    added.channel().config().setAutoRead(false);
    added.channel().config().setWriteBufferWaterMark(StoreClient.MARKS);
    added.channel().config().setRecvByteBufAllocator(StoreClient.reads());
    pace.awaitHead();
    added.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext its, Object message) {
    if (message instanceof HttpRequest head) {
      begin(head);
    }
    if (message instanceof HttpContent content) {
      body(content);
    } else if (!(message instanceof HttpRequest)) {
      ReferenceCountUtil.release(message);
    }
  }

  private void begin(HttpRequest head) {
    if (transfer != null || draining) {
      // A request before the answer to the last one: nobody needs that, and it confuses bodies.
      channel().close();
      return;
    }
    pace.transfer();
    keepAlive = false;
    bodyPending = true;
    try {
      Transfer begun = transfer(head);
      transfer = begun;
      begun.start();
    } catch (Refusal e) {
      desk.refuse(connection, head.method().name(), head.uri(), e);
      refuse(e);
    } catch (RuntimeException e) {
      LOG.error("a request of {} failed", connection.caller(), e);
      finish(Answers.error(500, "the gateway failed"));
    }
  }

  private Transfer transfer(HttpRequest head) {
    if (enrolment.isPresent() && EnrolmentDesk.isForKit(head)) {
      Transfer kit = enrolment.get().kit(this, head);
      keepAlive = HttpUtil.isKeepAlive(head);
      bodyPending = false;
      return kit;
    }
    ArtifactRequest request = ArtifactRequest.of(head);
    keepAlive = request.keepAlive();
    bodyPending = request.length() > 0;
    return desk.transfer(this, request);
  }

  private void body(HttpContent content) {
    Transfer now = transfer;
    if (content.decoderResult().isFailure()) {
      content.release();
      channel().close();
      return;
    }
    boolean last = content instanceof LastHttpContent;
    if (now == null) {
      content.release();
    } else {
      now.content(content.content());
    }
    if (last) {
      bodyPending = false;
      if (transfer != null) {
        transfer.bodyEnded();
      }
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext its) {
    if (draining) {
      its.read();
    } else if (transfer != null) {
      transfer.paused();
    } else {
      its.read();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext its) {
    if (transfer != null) {
      transfer.writabilityChanged();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext its) {
    Transfer now = transfer;
    transfer = null;
    if (now != null) {
      now.abandoned();
      desk.ended(connection);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext its, Throwable cause) {
    LOG.debug("a connection of {} breaks off: {}", connection.caller(), cause.toString());
    its.close();
  }

  /** Asks for more of the body. */
  void read() {
    context().read();
  }

  /** Asks for the body, if the client waits to be asked. */
  void sendContinue() {
    context()
        .writeAndFlush(
            new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
  }

  /** Writes the head of an answer whose body follows. */
  void head(HttpResponse head) {
    decorate(head);
    context().write(head);
  }

  /** Writes a piece of the answer's body. */
  void write(ByteBuf content) {
    int bytes = content.readableBytes();
    ChannelFuture written = context().write(new DefaultHttpContent(content));
    written.addListener(done -> pace.progress(bytes));
  }

  void flush() {
    context().flush();
  }

  /** Ends an answer whose body was written. */
  void finish() {
    close(context().writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT));
  }

  /** Answers at once. */
  void finish(FullHttpResponse answer) {
    decorate(answer);
    close(context().writeAndFlush(answer));
  }

  void refuse(Refusal refusal) {
    finish(Answers.error(refusal.reason().http(), refusal.text()));
  }

  /** Breaks off: the client sees that the answer is not whole. */
  void cut() {
    channel().close();
  }

  private void decorate(HttpResponse answer) {
    Answers.protect(answer);
    if (bodyPending || !keepAlive) {
      keepAlive = false;
      answer.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
  }

  /** Says that nothing more comes, and waits until the other side has heard it. */
  private static void hangUp(Channel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls != null) {
      tls.closeOutbound();
    }
    channel.read();
  }

  private void close(ChannelFuture answered) {
    if (transfer != null) {
      transfer = null;
      desk.ended(connection);
    }
    if (keepAlive) {
      pace.awaitHead();
      answered.addListener(
          (ChannelFutureListener)
              done -> {
                if (done.isSuccess()) {
                  done.channel().read();
                }
              });
    } else if (bodyPending) {
      // Closed at once, the answer could be lost to a client that is still sending.
      draining = true;
      pace.drain();
      answered.addListener((ChannelFutureListener) done -> hangUp(done.channel()));
    } else {
      answered.addListener(ChannelFutureListener.CLOSE);
    }
  }
}
