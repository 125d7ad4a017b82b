package io.roundhouse.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Text;
import io.roundhouse.storage.PartedUpload;
import io.roundhouse.storage.StorageException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes a body to the store while it comes, in one request or, where S3 would not take it in one,
 * in parts. A body that breaks off leaves no object.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its channel
final class Upload implements Transfer {
  private static final Logger LOG = LoggerFactory.getLogger(Upload.class);
  private static final int MOST_PARTS = 10_000;

  /** Clients send records of some kilobytes, each of which would be a packet of its own. */
  private static final int FLUSHED_AT_ONCE = 1 << 17;

  private final ArtifactConversation client;
  private final ArtifactRequest request;
  private final ArtifactDesk desk;
  private final long partBytes;
  private final Queue<ByteBuf> early = new ArrayDeque<>();
  private final List<String> tags = new ArrayList<>();
  private final Optional<UploadCopies.Copy> copy;
  private @Nullable PartedUpload parts;
  private @Nullable Part part;
  private long left;
  private boolean asked;
  private boolean holdsSlot;
  private boolean over;

  Upload(ArtifactConversation client, ArtifactRequest request, ArtifactDesk desk) {
    this.client = client;
    this.request = request;
    this.desk = desk;
    this.left = request.length();
    this.partBytes = Math.max(desk.partBytes(), (request.length() + MOST_PARTS - 1) / MOST_PARTS);
    this.copy = desk.uploads().begin(request.length());
  }

  @Override
  public void start() {
    desk.slots().acquire(() -> run(this::open));
  }

  private void open() {
    if (over) {
      desk.slots().release();
      return;
    }
    holdsSlot = true;
    if (request.length() <= desk.mostPutBytes()) {
      Map<String, String> headers = request.conditions();
      send(desk.putUrl(request.path(), headers), request.length(), headers);
    } else {
      desk.blocking(() -> desk.store().uploadInParts(request.path()), this::begun, this::failed);
    }
  }

  private void begun(PartedUpload upload) {
    run(
        () -> {
          if (over) {
            desk.blocking(upload::abort);
            return;
          }
          parts = upload;
          nextPart(upload);
        });
  }

  private void nextPart(PartedUpload upload) {
    send(upload.part(tags.size() + 1), Math.min(partBytes, left), Map.of());
  }

  private void send(HttpUrl url, long bytes, Map<String, String> headers) {
    HttpRequest head = StoreClient.request(HttpMethod.PUT, url);
    head.headers().set(HttpHeaderNames.CONTENT_LENGTH, bytes);
    head.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/octet-stream");
    headers.forEach(head.headers()::set);
    Part next = new Part(head, bytes);
    part = next;
    desk.storeClient().open(client.channel().eventLoop(), next);
  }

  @Override
  public void content(ByteBuf content) {
    if (over) {
      content.release();
    } else {
      copy.ifPresent(its -> its.write(content));
      early.add(content);
      forward();
    }
  }

  private void forward() {
    while (!over && part != null && part.takesMore() && !early.isEmpty()) {
      ByteBuf first = early.element();
      if (first.readableBytes() <= part.missing) {
        part.write(early.remove());
      } else {
        part.write(first.readRetainedSlice((int) part.missing));
      }
    }
  }

  /** The client has nothing more ready; it is asked for more if that can go on at once. */
  @Override
  public void paused() {
    if (part != null && part.unsent >= FLUSHED_AT_ONCE) {
      part.flush();
    }
    more();
  }

  private void more() {
    if (!over && left > 0 && early.isEmpty() && part != null && part.takesMore()) {
      client.read();
    }
  }

  private final class Part implements StoreListener {
    private final HttpRequest head;
    private final long bytes;
    private long missing;
    private int unsent;
    private @Nullable Channel store;
    private @Nullable HttpResponse answer;

    Part(HttpRequest head, long bytes) {
      this.head = head;
      this.bytes = bytes;
      this.missing = bytes;
    }

    boolean takesMore() {
      return store != null && store.isWritable() && missing > 0;
    }

    void write(ByteBuf content) {
      missing -= content.readableBytes();
      left -= content.readableBytes();
      unsent += content.readableBytes();
      if (store != null) {
        store.write(new DefaultHttpContent(content));
        if (missing == 0) {
          store.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        }
      }
    }

    void flush() {
      unsent = 0;
      if (store != null) {
        store.flush();
      }
    }

    @Override
    public void connected(Channel channel) {
      if (over) {
        channel.close();
        return;
      }
      store = channel;
      channel.write(head);
      if (bytes == 0) {
        channel.write(LastHttpContent.EMPTY_LAST_CONTENT);
      }
      channel.flush();
      channel.read();
      if (!asked) {
        asked = true;
        if (request.expects()) {
          client.sendContinue();
        }
      }
      forward();
      more();
    }

    @Override
    public void writabilityChanged() {
      forward();
      more();
    }

    @Override
    public void head(HttpResponse response) {
      answer = response;
    }

    @Override
    public void paused() {
      if (store != null) {
        store.read();
      }
    }

    @Override
    public void complete() {
      if (over || answer == null) {
        return;
      }
      int status = answer.status().code();
      String tag = answer.headers().get(HttpHeaderNames.ETAG);
      if (status == 412 || status == 409) {
        occupied();
      } else if (status != 200 || missing > 0) {
        Upload.this.failed("it answered " + status);
      } else if (parts == null) {
        stored();
      } else if (tag == null) {
        Upload.this.failed("it gave a part no tag");
      } else {
        tags.add(tag);
        partStored(parts);
      }
    }

    @Override
    public void failed(String reason) {
      Upload.this.failed(reason);
    }

    void close() {
      if (store != null) {
        store.close();
      }
    }
  }

  private void partStored(PartedUpload upload) {
    if (left > 0) {
      nextPart(upload);
      return;
    }
    desk.blocking(
        () -> upload.complete(tags),
        made ->
            run(
                () -> {
                  parts = null;
                  if (over) {
                    return;
                  }
                  if (made) {
                    stored();
                  } else {
                    desk.blocking(upload::abort);
                    occupied();
                  }
                }),
        this::failed);
  }

  private void stored() {
    copy.ifPresent(its -> its.keep(request.path()));
    end();
    client.finish(Answers.empty(201));
  }

  /**
   * Something is there already: the answer tells its digest, so that the client sees if it is the
   * same.
   */
  private void occupied() {
    end();
    desk.blocking(
        () -> desk.store().find(request.path()),
        found -> run(() -> client.finish(taken(found))),
        reason -> run(() -> client.finish(unavailable())));
  }

  static FullHttpResponse taken(Optional<Artifact> found) {
    if (found.isEmpty()) {
      return unavailable();
    }
    FullHttpResponse answer =
        Answers.error(
            412,
            "the store holds something under "
                + Text.quote(found.get().path())
                + " already, perhaps you should compare its digest");
    answer.headers().set(HttpHeaderNames.ETAG, "\"" + found.get().sha256() + "\"");
    return answer;
  }

  private static FullHttpResponse unavailable() {
    return Answers.error(
        503, "the store does not take the artifact now, perhaps you should try again");
  }

  private void failed(StorageException e) {
    run(() -> failed(String.valueOf(e.getMessage())));
  }

  private void failed(String reason) {
    if (!over) {
      LOG.warn("the upload of {} failed: the store: {}", Text.quote(request.path()), reason);
      end();
      client.finish(unavailable());
    }
  }

  @Override
  public void abandoned() {
    end();
  }

  private void end() {
    over = true;
    copy.ifPresent(UploadCopies.Copy::drop);
    for (ByteBuf content = early.poll(); content != null; content = early.poll()) {
      content.release();
    }
    if (part != null) {
      part.close();
    }
    PartedUpload unfinished = parts;
    if (unfinished != null) {
      parts = null;
      desk.blocking(unfinished::abort);
    }
    if (holdsSlot) {
      holdsSlot = false;
      desk.slots().release();
    }
  }

  private void run(Runnable task) {
    client.channel().eventLoop().execute(task);
  }
}
