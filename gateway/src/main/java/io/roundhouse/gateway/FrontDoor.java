package io.roundhouse.gateway;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a new connection meets: TLS, the look at its certificate, and the way to its protocol. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its channel
final class FrontDoor extends ChannelInitializer<Channel> {
  private static final Logger LOG = LoggerFactory.getLogger(FrontDoor.class);
  private static final int LINE_BYTES = 8 << 10;
  private static final int HEADER_BYTES = 32 << 10;
  private static final Duration NEWCOMERS_TIME = Duration.ofSeconds(20);
  private static final int NEWCOMERS_LINE_BYTES = 1 << 10;
  private static final int NEWCOMERS_HEADER_BYTES = 8 << 10;

  private final Supplier<SslContext> tls;
  private final Connections connections;
  private final RpcServer rpcs;
  private final EventLoopGroup inside;
  private final ArtifactDesk artifacts;
  private final Optional<EnrolmentDesk> enrolment;
  private final Patience patience;
  private final AuditLog audit;

  FrontDoor(
      Supplier<SslContext> tls,
      Connections connections,
      RpcServer rpcs,
      EventLoopGroup inside,
      ArtifactDesk artifacts,
      Optional<EnrolmentDesk> enrolment,
      Patience patience,
      AuditLog audit) {
    this.tls = tls;
    this.connections = connections;
    this.rpcs = rpcs;
    this.inside = inside;
    this.artifacts = artifacts;
    this.enrolment = enrolment;
    this.patience = patience;
    this.audit = audit;
  }

  @Override
  protected void initChannel(Channel channel) {
    if (!connections.hasRoomFor(channel)) {
      channel.close();
      return;
    }
    SslHandler handler = tls.get().newHandler(channel.alloc());
    handler.setHandshakeTimeoutMillis(patience.handshake().toMillis());
    Farewell farewell = new Farewell();
    channel.pipeline().addLast(farewell).addLast(handler).addLast(new Welcome(handler, farewell));
  }

  /** Waits for the handshake. */
  private final class Welcome extends ChannelInboundHandlerAdapter {
    private final SslHandler handler;
    private final Farewell farewell;
    private final long began = System.nanoTime();
    private boolean shaken;

    Welcome(SslHandler handler, Farewell farewell) {
      this.handler = handler;
      this.farewell = farewell;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof SslHandshakeCompletionEvent completion) {
        shaken = true;
        if (completion.isSuccess()) {
          admit(context);
        } else {
          // TLS tells the other side, and closes.
          note(context, completion.cause());
        }
      } else {
        context.fireUserEventTriggered(event);
      }
    }

    private void admit(ChannelHandlerContext context) {
      try {
        SSLSession session = handler.engine().getSession();
        if (enrolment.isPresent() && !Tls.isPeerKnown(session)) {
          greet(context, enrolment.get());
          return;
        }
        Connection connection = connections.admit(context.channel(), Tls.peer(session));
        ChannelPipeline pipeline = context.pipeline();
        if (isHttp2()) {
          pipeline.addLast(new RpcRelay(rpcs, connection, inside));
        } else {
          Pace pace = new Pace(patience);
          pipeline
              .addLast(pace)
              .addLast(http(LINE_BYTES, HEADER_BYTES))
              .addLast(new ArtifactConversation(artifacts, enrolment, connection, pace));
        }
        pipeline.remove(this);
        pipeline.remove(farewell);
      } catch (CertificateException | SSLPeerUnverifiedException | Refusal e) {
        note(context, e);
        context.close();
      }
    }

    /** Somebody without a certificate. */
    private void greet(ChannelHandlerContext context, EnrolmentDesk desk) {
      if (isHttp2()) {
        throw Refusal.forbidden("no certificate was shown");
      }
      desk.admit(context.channel());
      context
          .pipeline()
          .addLast(http(NEWCOMERS_LINE_BYTES, NEWCOMERS_HEADER_BYTES))
          .addLast(
              new NewcomerConversation(desk, NEWCOMERS_TIME.minusNanos(System.nanoTime() - began)));
      context.pipeline().remove(this);
    }

    private boolean isHttp2() {
      return ApplicationProtocolNames.HTTP_2.equals(handler.applicationProtocol());
    }

    private static HttpServerCodec http(int lineBytes, int headerBytes) {
      return new HttpServerCodec(
          new HttpDecoderConfig()
              .setMaxInitialLineLength(lineBytes)
              .setMaxHeaderSize(headerBytes)
              .setMaxChunkSize(StoreClient.CHUNK));
    }

    private void note(ChannelHandlerContext context, Throwable cause) {
      String reason = reason(cause);
      String peer = Connection.peer(context.channel());
      LOG.info("refused a connection from {}: {}", peer, reason);
      audit.recordStranger(AuditEntry.refused("", peer, "connect", "", reason));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (!shaken) {
        LOG.debug("a connection ends in its handshake: {}", cause.toString());
      }
      context.close();
    }
  }

  /** The innermost reason that says something. */
  private static String reason(Throwable cause) {
    Optional<String> said = Optional.empty();
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (each instanceof CertificateException || each instanceof Refusal) {
        return String.valueOf(each.getMessage());
      }
      if (each instanceof SSLException) {
        said = said.or(() -> Optional.ofNullable(cause.getMessage()));
      }
    }
    return said.orElse(String.valueOf(cause));
  }
}
