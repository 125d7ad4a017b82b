package io.roundhouse.gateway;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.roundhouse.domain.Identity;
import io.roundhouse.gateway.Refusal.Reason;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides what becomes of those without a certificate, and of members that ask for their kit. */
@SuppressWarnings("FutureReturnValueIgnored") // an answer that comes too late is of no use
final class EnrolmentDesk {
  /** Larger requests are refused. */
  static final int MOST_BYTES = 64 << 10;

  private static final Logger LOG = LoggerFactory.getLogger(EnrolmentDesk.class);

  private final Newcomers newcomers;
  private final NewcomerQuota quota = new NewcomerQuota(System::nanoTime);
  private final AuditLog audit;
  private final ExecutorService asks;
  private final ExecutorService kits;

  EnrolmentDesk(Newcomers newcomers, AuditLog audit, ExecutorService asks, ExecutorService kits) {
    this.newcomers = newcomers;
    this.audit = audit;
    this.asks = asks;
    this.kits = kits;
  }

  /**
   * Takes a connection in, until it is closed.
   *
   * @throws Refusal if there are too many
   */
  void admit(Channel channel) {
    InetAddress from = address(channel);
    quota.enter(from);
    channel.closeFuture().addListener(closed -> quota.leave(from));
  }

  /**
   * The length of the body of the one request that is allowed.
   *
   * @throws Refusal if it is another, or one too many
   */
  int length(Channel channel, HttpRequest head) {
    long length = ArtifactRequest.length(head, head.method().equals(HttpMethod.POST));
    if (!head.method().equals(HttpMethod.POST) || !head.uri().equals(Newcomers.PATH)) {
      throw Refusal.forbidden(
          "a certificate is needed here, perhaps you should enrol: POST " + Newcomers.PATH);
    }
    if (length > MOST_BYTES) {
      throw new Refusal(Reason.TOO_LARGE, "a request to enrol has 64 KiB at most");
    }
    quota.ask(address(channel));
    return (int) length;
  }

  /** Answers a request away from the event loop; to be cancelled when nobody waits any more. */
  Future<?> answer(Channel channel, byte[] json, Consumer<FullHttpResponse> answer) {
    audit.record(
        new AuditEntry(
            "", Connection.peer(channel), HttpMethod.POST.name(), Newcomers.PATH, true, ""));
    return asks.submit(
        () -> {
          FullHttpResponse found =
              answer(() -> body("application/json", newcomers.ask(json)), "a newcomer");
          channel.eventLoop().execute(() -> answer.accept(found));
        });
  }

  void refuse(Channel channel, String action, String object, String reason) {
    audit.recordStranger(AuditEntry.refused("", Connection.peer(channel), action, object, reason));
  }

  /** Whether a request of a member is one for its kit. */
  static boolean isForKit(HttpRequest head) {
    return head.method().equals(HttpMethod.GET) && head.uri().equals(Newcomers.KIT_PATH);
  }

  /**
   * What gives a member its newest kit.
   *
   * @throws Refusal if it may not have one, or asks too often
   */
  Transfer kit(ArtifactConversation client, HttpRequest head) {
    ArtifactRequest.length(head, false);
    Connection connection = client.connection();
    Identity caller = connection.caller();
    if (caller.kind() == Identity.Kind.SERVER) {
      throw Refusal.forbidden("a server's kit is handed over by the project admin");
    }
    connection.allowance().beginTransfer();
    audit.record(
        AuditEntry.allowed(caller, connection.peer(), head.method().name(), Newcomers.KIT_PATH));
    return new Transfer() {
      @Override
      public void start() {
        try {
          kits.execute(() -> hand(client, answer(() -> kit(caller), caller.toString())));
        } catch (RejectedExecutionException e) {
          client.finish(Answers.error(503, "the gateway is closing"));
        }
      }

      @Override
      public void abandoned() {
        // Nothing is held.
      }
    };
  }

  private FullHttpResponse kit(Identity member) {
    return newcomers
        .kit(member)
        .map(kit -> body("application/octet-stream", kit))
        .orElseGet(() -> Answers.error(404, "there is no newer kit of " + member.name()));
  }

  private static void hand(ArtifactConversation client, FullHttpResponse answer) {
    client
        .channel()
        .eventLoop()
        .execute(
            () -> {
              if (client.channel().isActive()) {
                client.finish(answer);
              } else {
                answer.release();
              }
            });
  }

  private static FullHttpResponse answer(Supplier<FullHttpResponse> question, String who) {
    try {
      return question.get();
    } catch (RuntimeException e) {
      LOG.warn("an enrolment cannot be answered for {}: {}", who, e.toString());
      return Answers.error(503, "the server cannot answer now, perhaps you should try again soon");
    }
  }

  private static FullHttpResponse body(String type, byte[] bytes) {
    FullHttpResponse answer =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(bytes));
    answer.headers().set(HttpHeaderNames.CONTENT_TYPE, type);
    answer.headers().set(HttpHeaderNames.CONTENT_LENGTH, bytes.length);
    return answer;
  }

  private static InetAddress address(Channel channel) {
    return Optional.ofNullable(channel.remoteAddress())
        .filter(InetSocketAddress.class::isInstance)
        .map(address -> ((InetSocketAddress) address).getAddress())
        .orElseThrow(() -> new Refusal(Reason.UNAVAILABLE, "the connection is closed"));
  }
}
