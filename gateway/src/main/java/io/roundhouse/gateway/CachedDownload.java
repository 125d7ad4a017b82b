package io.roundhouse.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.roundhouse.domain.Artifact;
import io.roundhouse.gateway.ByteRange.UnsatisfiableException;
import io.roundhouse.storage.ArtifactMissingException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;

/**
 * Sends an artifact, or a range of it, from the cache, as fast as it comes and the client takes.
 */
final class CachedDownload implements Transfer {
  private final ArtifactConversation client;
  private final ArtifactRequest request;
  private final CachedArtifact cached;
  private long position;
  private long end;
  private boolean begun;
  private boolean waiting;
  private boolean over;

  CachedDownload(ArtifactConversation client, ArtifactRequest request, CachedArtifact cached) {
    this.client = client;
    this.request = request;
    this.cached = cached;
  }

  @Override
  public void start() {
    Artifact artifact = cached.artifact();
    end = artifact.bytes();
    try {
      Optional<ByteRange> range = range(artifact);
      if (range.isPresent()) {
        position = range.get().first();
        end = range.get().last() + 1;
      }
      pump();
    } catch (UnsatisfiableException e) {
      over();
      FullHttpResponse answer =
          Answers.error(416, "the artifact has " + artifact.bytes() + " bytes only");
      answer.headers().set(HttpHeaderNames.CONTENT_RANGE, "bytes */" + artifact.bytes());
      client.finish(answer);
    }
  }

  /** A range of other bytes than these is answered with all of these. */
  private Optional<ByteRange> range(Artifact artifact) throws UnsatisfiableException {
    boolean same = request.ifRange().map(tag(artifact)::equals).orElse(true);
    return request.range().isPresent() && same
        ? ByteRange.of(request.range().get(), artifact.bytes())
        : Optional.empty();
  }

  @Override
  public void writabilityChanged() {
    if (client.channel().isWritable()) {
      pump();
    }
  }

  private void pump() {
    while (!over && !waiting && client.channel().isWritable()) {
      long available = available();
      Exception failure = cached.failure();
      if (failure != null) {
        fail(failure);
      } else if (position < available) {
        send((int) Math.min(StoreClient.CHUNK, available - position));
      } else if (position >= end && available >= end) {
        finish();
      } else {
        await();
      }
    }
    if (begun) {
      client.flush();
    }
  }

  /**
   * The last byte waits for the check of the whole: nobody gets an artifact to its end that is not
   * what it should be.
   */
  private long available() {
    long last = cached.artifact().bytes() - 1;
    return cached.isWhole() ? end : Math.min(end, Math.min(cached.available(), last));
  }

  private void await() {
    waiting = true;
    cached.whenMore(
        cached.available(),
        () -> {
          try {
            client.channel().eventLoop().execute(this::goOn);
          } catch (RejectedExecutionException e) {
            // The gateway has closed, and the connection with it.
          }
        });
  }

  private void goOn() {
    waiting = false;
    pump();
  }

  private void send(int bytes) {
    begin();
    ByteBuf chunk = client.channel().alloc().directBuffer(bytes);
    try {
      cached.read(position, chunk, bytes);
    } catch (IOException e) {
      chunk.release();
      fail(e);
      return;
    }
    position += bytes;
    client.write(chunk);
  }

  private void begin() {
    if (begun) {
      return;
    }
    begun = true;
    Artifact artifact = cached.artifact();
    boolean whole = end - position == artifact.bytes();
    HttpResponse head =
        new DefaultHttpResponse(
            HttpVersion.HTTP_1_1,
            whole ? HttpResponseStatus.OK : HttpResponseStatus.PARTIAL_CONTENT);
    HttpHeaders headers = head.headers();
    headers.set(HttpHeaderNames.CONTENT_LENGTH, end - position);
    headers.set(HttpHeaderNames.CONTENT_TYPE, "application/octet-stream");
    headers.set(HttpHeaderNames.ACCEPT_RANGES, "bytes");
    headers.set(HttpHeaderNames.ETAG, tag(artifact));
    if (!whole) {
      headers.set(
          HttpHeaderNames.CONTENT_RANGE, new ByteRange(position, end - 1).of(artifact.bytes()));
    }
    client.head(head);
  }

  private void finish() {
    begin();
    over();
    client.finish();
  }

  private void fail(Exception failure) {
    over();
    if (begun) {
      client.cut();
    } else if (failure instanceof ArtifactMissingException) {
      client.finish(Answers.error(404, String.valueOf(failure.getMessage())));
    } else {
      client.finish(
          Answers.error(
              503, "the store does not give the artifact now, perhaps you should try again"));
    }
  }

  private void over() {
    if (!over) {
      over = true;
      cached.release();
    }
  }

  @Override
  public void abandoned() {
    over();
  }

  private static String tag(Artifact artifact) {
    return "\"" + artifact.sha256() + "\"";
  }
}
