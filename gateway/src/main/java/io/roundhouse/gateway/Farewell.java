package io.roundhouse.gateway;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Lets those who are turned away read why. With TLS 1.3 they believe that they are in and send
 * already; closed at once, the connection would be reset before they have read the alert.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the channel is closed in any case
final class Farewell extends ChannelDuplexHandler {
  private static final int SECONDS = 1;

  private boolean closing;

  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    if (!context.channel().isActive()) {
      context.close(promise);
      return;
    }
    if (closing) {
      context.channel().closeFuture().addListener(closed -> promise.trySuccess());
      return;
    }
    closing = true;
    if (context.channel() instanceof DuplexChannel socket) {
      socket.shutdownOutput();
    }
    context.executor().schedule(() -> context.close(promise), SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (closing) {
      ReferenceCountUtil.release(message);
    } else {
      context.fireChannelRead(message);
    }
  }
}
