package io.roundhouse.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.roundhouse.domain.Text;
import io.roundhouse.storage.PresignedUrl;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** Passes an object, or a range of it, from the store to the client, no faster than it takes it. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its channel
final class RelayedDownload implements Transfer, StoreListener {
  private static final List<AsciiString> HEADERS =
      List.of(
          HttpHeaderNames.CONTENT_LENGTH,
          HttpHeaderNames.CONTENT_RANGE,
          HttpHeaderNames.ETAG,
          HttpHeaderNames.LAST_MODIFIED);

  private final ArtifactConversation client;
  private final ArtifactRequest request;
  private final StoreClient store;
  private final StoreSlots slots;
  private final PresignedUrl urls;
  private @Nullable Channel upstream;
  private boolean begun;
  private boolean holdsSlot;
  private boolean over;

  RelayedDownload(
      ArtifactConversation client,
      ArtifactRequest request,
      StoreClient store,
      StoreSlots slots,
      PresignedUrl urls) {
    this.client = client;
    this.request = request;
    this.store = store;
    this.slots = slots;
    this.urls = urls;
  }

  @Override
  public void start() {
    slots.acquire(() -> client.channel().eventLoop().execute(this::open));
  }

  private void open() {
    if (over) {
      slots.release();
      return;
    }
    holdsSlot = true;
    store.open(client.channel().eventLoop(), this);
  }

  @Override
  public void connected(Channel channel) {
    if (over) {
      channel.close();
      return;
    }
    upstream = channel;
    HttpUrl url = urls.of("GET", request.path(), Map.of(), Instant.now(), Duration.ofHours(1));
    HttpRequest ask = StoreClient.request(HttpMethod.GET, url);
    ask.headers().set(HttpHeaderNames.ACCEPT_ENCODING, "identity");
    request.range().ifPresent(range -> ask.headers().set(HttpHeaderNames.RANGE, range));
    request.ifRange().ifPresent(tag -> ask.headers().set(HttpHeaderNames.IF_RANGE, tag));
    channel.write(ask);
    channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    channel.read();
  }

  @Override
  public void head(HttpResponse answer) {
    int status = answer.status().code();
    if (status != 200 && status != 206) {
      end();
      client.finish(
          switch (status) {
            case 404 ->
                Answers.error(404, "the store holds nothing under " + Text.quote(request.path()));
            case 416 -> Answers.error(416, "the artifact has no such bytes");
            default ->
                Answers.error(
                    503, "the store does not give it (" + status + "), perhaps try again later");
          });
      return;
    }
    begun = true;
    HttpResponse head =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
    for (AsciiString name : HEADERS) {
      String value = answer.headers().get(name);
      if (value != null) {
        head.headers().set(name, value);
      }
    }
    if (!head.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
      head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, "chunked");
    }
    head.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/octet-stream");
    head.headers().set(HttpHeaderNames.ACCEPT_RANGES, "bytes");
    client.head(head);
  }

  @Override
  public void content(ByteBuf content) {
    if (over || !begun) {
      content.release();
    } else {
      client.write(content);
    }
  }

  @Override
  public void paused() {
    if (begun && !over) {
      client.flush();
    }
    more();
  }

  private void more() {
    if (!over && upstream != null && client.channel().isWritable()) {
      upstream.read();
    }
  }

  /** Of either connection. */
  @Override
  public void writabilityChanged() {
    more();
  }

  @Override
  public void complete() {
    if (!over) {
      end();
      client.finish();
    }
  }

  @Override
  public void failed(String reason) {
    if (over) {
      return;
    }
    end();
    if (begun) {
      client.cut();
    } else {
      client.finish(
          Answers.error(503, "the store does not answer now, perhaps you should try again"));
    }
  }

  @Override
  public void abandoned() {
    end();
  }

  private void end() {
    over = true;
    if (upstream != null) {
      upstream.close();
    }
    if (holdsSlot) {
      holdsSlot = false;
      slots.release();
    }
  }
}
