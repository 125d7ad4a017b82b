package io.roundhouse.gateway;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.ReferenceCountUtil;
import io.roundhouse.storage.StoreConfig;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import okhttp3.HttpUrl;

/**
 * Requests to the store whose bodies pass through, each on a connection of its own and on the event
 * loop of the one that it serves, so that nothing changes threads.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its channel
final class StoreClient {
  static final int CHUNK = 1 << 17;
  static final WriteBufferWaterMark MARKS = new WriteBufferWaterMark(1 << 17, 1 << 19);

  private static final int CONNECT_MILLIS = 5000;

  private final URI endpoint;
  private final Optional<SslContext> tls;
  private final long silenceMillis;

  StoreClient(StoreConfig config, Patience patience) {
    this.endpoint = config.endpoint();
    this.silenceMillis = patience.stall().toMillis();
    try {
      this.tls =
          endpoint.getScheme().equals("https")
              ? Optional.of(SslContextBuilder.forClient().sslProvider(Tls.provider()).build())
              : Optional.empty();
    } catch (SSLException e) {
      throw new GatewayException("TLS to the store cannot be set up (" + e.getMessage() + ")", e);
    }
  }

  /** How much is read at once, for one connection: as much as there is, up to a chunk. */
  static RecvByteBufAllocator reads() {
    return new AdaptiveRecvByteBufAllocator(1 << 11, 1 << 14, CHUNK);
  }

  /** The head of a request to a presigned URL. */
  static HttpRequest request(HttpMethod method, HttpUrl url) {
    String query = url.encodedQuery();
    HttpRequest request =
        new DefaultHttpRequest(
            HttpVersion.HTTP_1_1, method, url.encodedPath() + (query == null ? "" : "?" + query));
    int port = url.port();
    boolean standard = port == HttpUrl.defaultPort(url.scheme());
    request.headers().set(HttpHeaderNames.HOST, standard ? url.host() : url.host() + ":" + port);
    request.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    return request;
  }

  /** Connects, and tells the listener of all that follows. */
  void open(EventLoop loop, StoreListener listener) {
    int port = endpoint.getPort();
    int standard = tls.isPresent() ? 443 : 80;
    new Bootstrap()
        .group(loop)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.AUTO_READ, false)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, MARKS)
        .handler(new Initializer(listener, port < 0 ? standard : port))
        .connect(endpoint.getHost(), port < 0 ? standard : port)
        .addListener(
            (ChannelFutureListener)
                (ChannelFuture connected) -> {
                  if (!connected.isSuccess()) {
                    listener.failed(String.valueOf(connected.cause()));
                  }
                });
  }

  private final class Initializer extends ChannelInitializer<Channel> {
    private final StoreListener listener;
    private final int port;

    Initializer(StoreListener listener, int port) {
      this.listener = listener;
      this.port = port;
    }

    @Override
    protected void initChannel(Channel channel) {
      tls.ifPresent(
          context ->
              channel
                  .pipeline()
                  .addLast(context.newHandler(channel.alloc(), endpoint.getHost(), port)));
      channel
          .pipeline()
          .addLast(
              new HttpClientCodec(new HttpDecoderConfig().setMaxChunkSize(CHUNK), false, false))
          .addLast(new Handler(listener));
    }
  }

  /** Turns the channel's events into those of one request. */
  private final class Handler extends ChannelInboundHandlerAdapter {
    private final StoreListener listener;
    private boolean ended;
    private boolean progressed;
    private boolean interim;

    Handler(StoreListener listener) {
      this.listener = listener;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      listener.connected(context.channel());
      watch(context);
    }

    /** A store that does nothing at all is given up. */
    private void watch(ChannelHandlerContext context) {
      context
          .executor()
          .schedule(
              () -> {
                if (ended || !context.channel().isActive()) {
                  return;
                }
                if (!progressed) {
                  fail(context, "it was silent for " + silenceMillis / 1000 + " s");
                }
                progressed = false;
                watch(context);
              },
              silenceMillis,
              TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      progressed = true;
      if (ended) {
        ReferenceCountUtil.release(message);
        return;
      }
      if (message instanceof HttpResponse head) {
        if (head.decoderResult().isFailure()) {
          fail(context, "its answer is not HTTP");
          return;
        }
        interim = head.status().code() < 200;
        if (!interim) {
          listener.head(head);
        }
      }
      if (message instanceof HttpContent content) {
        if (interim) {
          content.release();
          return;
        }
        boolean last = content instanceof LastHttpContent;
        if (content.decoderResult().isFailure()) {
          content.release();
          fail(context, "its answer breaks off");
          return;
        }
        listener.content(content.content());
        if (last && !ended) {
          ended = true;
          context.close();
          listener.complete();
        }
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      if (!ended) {
        listener.paused();
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      progressed = true;
      if (!ended) {
        listener.writabilityChanged();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      fail(context, "it closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      fail(context, String.valueOf(cause));
    }

    private void fail(ChannelHandlerContext context, String reason) {
      if (!ended) {
        ended = true;
        context.close();
        listener.failed(reason);
      }
    }
  }
}
