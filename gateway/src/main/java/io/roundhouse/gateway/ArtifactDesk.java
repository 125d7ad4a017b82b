package io.roundhouse.gateway;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.SiteName;
import io.roundhouse.gateway.Refusal.Reason;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.PresignedUrl;
import io.roundhouse.storage.StorageException;
import io.roundhouse.storage.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import okhttp3.HttpUrl;

/** Decides what becomes of requests for artifacts. */
final class ArtifactDesk {
  private static final Duration VALIDITY = Duration.ofMinutes(15);
  private static final Duration OWN_VALIDITY = Duration.ofHours(1);
  private static final int LISTED = 1000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ArtifactsMode mode;
  private final ArtifactStore store;
  private final StoreClient storeClient;
  private final StoreSlots slots;
  private final PresignedUrl urls;
  private final ArtifactCache cache;
  private final UploadCopies uploads;
  private final TaskTokens tokens;
  private final EndedTasks ended;
  private final AuditLog audit;
  private final Executor blocking;
  private final long mostPutBytes;
  private final long partBytes;

  ArtifactDesk(
      ArtifactsMode mode,
      ArtifactStore store,
      StoreClient storeClient,
      StoreSlots slots,
      PresignedUrl urls,
      ArtifactCache cache,
      UploadCopies uploads,
      TaskTokens tokens,
      EndedTasks ended,
      AuditLog audit,
      Executor blocking,
      long mostPutBytes,
      long partBytes) {
    this.mode = mode;
    this.store = store;
    this.storeClient = storeClient;
    this.slots = slots;
    this.urls = urls;
    this.cache = cache;
    this.uploads = uploads;
    this.tokens = tokens;
    this.ended = ended;
    this.audit = audit;
    this.blocking = blocking;
    this.mostPutBytes = mostPutBytes;
    this.partBytes = partBytes;
  }

  ArtifactStore store() {
    return store;
  }

  StoreClient storeClient() {
    return storeClient;
  }

  UploadCopies uploads() {
    return uploads;
  }

  StoreSlots slots() {
    return slots;
  }

  /** Larger objects go to the store in parts. */
  long mostPutBytes() {
    return mostPutBytes;
  }

  long partBytes() {
    return partBytes;
  }

  HttpUrl putUrl(String path, Map<String, String> headers) {
    return urls.of("PUT", path, Map.of(), headers, Instant.now(), OWN_VALIDITY);
  }

  /**
   * What answers a request, to be followed by {@link #ended}.
   *
   * @throws Refusal if the caller may not have it
   */
  Transfer transfer(ArtifactConversation client, ArtifactRequest request) {
    Connection connection = client.connection();
    connection.allowance().beginTransfer();
    try {
      return switch (connection.caller().kind()) {
        case SITE -> forSite(client, request);
        case OPERATOR -> forOperator(client, request);
        case SERVER -> throw Refusal.forbidden("a server has the store itself");
      };
    } catch (RuntimeException e) {
      connection.allowance().endTransfer();
      throw e;
    }
  }

  /** A transfer is over. */
  void ended(Connection connection) {
    connection.allowance().endTransfer();
  }

  void refuse(Connection connection, String method, String uri, Refusal refusal) {
    audit.record(
        AuditEntry.refused(
            connection.caller().uri(), connection.peer(), method, uri, refusal.text()));
  }

  private Transfer forSite(ArtifactConversation client, ArtifactRequest request) {
    if (request.path().isEmpty()) {
      throw Refusal.forbidden("a site may not list artifacts");
    }
    TaskClaim claim =
        tokens.open(new SiteName(client.connection().caller().name()), token(request));
    ended.requireRunning(claim);
    Grant grant = claim.grant(request.method(), request.path(), Instant.now());
    if (request.length() > grant.bytes()) {
      throw new Refusal(
          Reason.TOO_LARGE,
          "the task may write "
              + grant.bytes()
              + " bytes, not "
              + request.length()
              + ", perhaps you should send the weights only");
    }
    allow(client.connection(), request);
    boolean direct = mode == ArtifactsMode.DIRECT;
    if (request.method().equals("PUT")) {
      return direct && request.length() <= mostPutBytes
          ? directUpload(client, request)
          : new Upload(client, request, this);
    }
    if (direct) {
      return redirect(client, urls.of("GET", request.path(), Map.of(), Instant.now(), VALIDITY));
    }
    return grant
        .sha256()
        .flatMap(digest -> cache.open(new Artifact(grant.path(), digest, grant.bytes())))
        .<Transfer>map(cached -> new CachedDownload(client, request, cached))
        .orElseGet(() -> relayed(client, request));
  }

  private Transfer forOperator(ArtifactConversation client, ArtifactRequest request) {
    if (!request.method().equals("GET")) {
      throw Refusal.forbidden(
          "operators read artifacts, perhaps you should let a job write this one");
    }
    allow(client.connection(), request);
    if (request.path().isEmpty()) {
      return immediate(() -> list(client, request));
    }
    return mode == ArtifactsMode.DIRECT
        ? redirect(client, urls.of("GET", request.path(), Map.of(), Instant.now(), VALIDITY))
        : relayed(client, request);
  }

  private Transfer relayed(ArtifactConversation client, ArtifactRequest request) {
    return new RelayedDownload(client, request, storeClient, slots, urls);
  }

  private void list(ArtifactConversation client, ArtifactRequest request) {
    String prefix = request.query().getOrDefault("prefix", "");
    String after = request.query().getOrDefault("after", "");
    blocking(
        () -> store.list(prefix, after, LISTED),
        found -> answer(client, Answers.json(200, listing(found))),
        failure -> answer(client, Answers.error(503, String.valueOf(failure.getMessage()))));
  }

  private static String listing(List<StoredObject> found) {
    ObjectNode listing = JSON.createObjectNode();
    ArrayNode artifacts = listing.putArray("artifacts");
    found.forEach(it -> artifacts.addObject().put("path", it.path()).put("bytes", it.bytes()));
    listing.put("more", found.size() == LISTED);
    return listing.toString();
  }

  /**
   * What is there is not sent again; S3 holds the client to the size, and to a path that is free.
   */
  private Transfer directUpload(ArtifactConversation client, ArtifactRequest request) {
    return immediate(
        () ->
            blocking(
                () -> store.find(request.path()),
                found ->
                    answer(
                        client,
                        found.isPresent() ? Upload.taken(found) : redirection(direct(request))),
                failure ->
                    answer(client, Answers.error(503, String.valueOf(failure.getMessage())))));
  }

  private HttpUrl direct(ArtifactRequest request) {
    Map<String, String> headers = new HashMap<>(request.conditions());
    headers.put("content-length", Long.toString(request.length()));
    return urls.of("PUT", request.path(), Map.of(), headers, Instant.now(), VALIDITY);
  }

  private static Transfer redirect(ArtifactConversation client, HttpUrl url) {
    return immediate(() -> client.finish(redirection(url)));
  }

  private static FullHttpResponse redirection(HttpUrl url) {
    FullHttpResponse answer = Answers.empty(307);
    answer.headers().set(HttpHeaderNames.LOCATION, url.toString());
    return answer;
  }

  private static void answer(ArtifactConversation client, FullHttpResponse answer) {
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

  /** A transfer without a body. */
  private static Transfer immediate(Runnable answer) {
    return new Transfer() {
      @Override
      public void start() {
        answer.run();
      }

      @Override
      public void abandoned() {
        // Nothing is held.
      }
    };
  }

  private void allow(Connection connection, ArtifactRequest request) {
    String object = request.path().isEmpty() ? request.query().toString() : request.path();
    audit.record(
        AuditEntry.allowed(connection.caller(), connection.peer(), request.method(), object));
  }

  private static byte[] token(ArtifactRequest request) {
    if (request.token().isEmpty()) {
      throw Refusal.forbidden(
          "a site reads and writes artifacts for a task only, perhaps you should send the header"
              + " Roundhouse-Task");
    }
    try {
      return Base64.getUrlDecoder().decode(request.token());
    } catch (IllegalArgumentException e) {
      throw Refusal.invalid("the header Roundhouse-Task is not base64url");
    }
  }

  /** Does what waits for the store away from the event loops. */
  <T> void blocking(Supplier<T> work, Consumer<T> then, Consumer<StorageException> failed) {
    try {
      blocking.execute(
          () -> {
            T result;
            try {
              result = work.get();
            } catch (StorageException e) {
              failed.accept(e);
              return;
            }
            then.accept(result);
          });
    } catch (RejectedExecutionException e) {
      failed.accept(new StorageException("the gateway is closing", e));
    }
  }

  void blocking(Runnable work) {
    blocking(
        () -> {
          work.run();
          return Optional.empty();
        },
        done -> {},
        failed -> {});
  }
}
