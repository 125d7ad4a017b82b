package io.roundhouse.gateway;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Carries the decrypted bytes of one HTTP/2 connection to the gRPC server and back. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its channel
final class RpcRelay extends ChannelInboundHandlerAdapter {
  private final RpcServer server;
  private final Connection connection;
  private final EventLoopGroup group;
  private final Queue<Object> early = new ArrayDeque<>();
  private @Nullable Channel inside;

  RpcRelay(RpcServer server, Connection connection, EventLoopGroup group) {
    this.server = server;
    this.connection = connection;
    this.group = group;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext outside) {
    Channel front = outside.channel();
    front.config().setAutoRead(false);
    LocalAddress from = server.announce(connection);
    new Bootstrap()
        .group(group)
        .channel(LocalChannel.class)
        .handler(new Back(front))
        .connect(server.address(), from)
        .addListener(
            (ChannelFutureListener)
                connected -> {
                  if (connected.isSuccess()) {
                    outside.executor().execute(() -> begin(outside, connected.channel()));
                  } else {
                    server.forget(from);
                    front.close();
                  }
                });
    front.closeFuture().addListener(closed -> server.forget(from));
  }

  private void begin(ChannelHandlerContext outside, Channel local) {
    if (!outside.channel().isActive()) {
      local.close();
      drop();
      return;
    }
    inside = local;
    for (Object message = early.poll(); message != null; message = early.poll()) {
      local.write(message);
    }
    local.flush();
    outside.channel().config().setAutoRead(true);
  }

  @Override
  public void channelRead(ChannelHandlerContext outside, Object message) {
    if (inside == null) {
      early.add(message);
    } else {
      inside.write(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext outside) {
    if (inside != null) {
      inside.flush();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext outside) {
    if (inside != null) {
      inside.config().setAutoRead(outside.channel().isWritable());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext outside) {
    if (inside != null) {
      inside.close();
    }
    drop();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext outside, Throwable cause) {
    outside.close();
  }

  private void drop() {
    for (Object message = early.poll(); message != null; message = early.poll()) {
      ReferenceCountUtil.release(message);
    }
  }

  /** The end inside. */
  private static final class Back extends ChannelInboundHandlerAdapter {
    private final Channel front;

    Back(Channel front) {
      this.front = front;
    }

    @Override
    public void channelRead(ChannelHandlerContext inside, Object message) {
      front.write(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext inside) {
      front.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext inside) {
      front.config().setAutoRead(inside.channel().isWritable());
    }

    @Override
    public void channelInactive(ChannelHandlerContext inside) {
      if (front.isActive()) {
        front.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext inside, Throwable cause) {
      inside.close();
    }
  }
}
