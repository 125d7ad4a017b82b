package io.roundhouse.storage;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.roundhouse.domain.Text;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;

/** Requests to the gateways of a federation: the one that answered last, else the next one. */
final class GatewayClient implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration SILENCE = Duration.ofMinutes(2);
  private static final int MAX_ERROR_BYTES = 16 << 10;
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 5000;
  private static final int CONNECTIONS = 64;

  private final List<HttpUrl> gateways;
  private final AtomicInteger preferred = new AtomicInteger();
  private final OkHttpClient http;
  private final OkHttpClient direct;
  private final Duration patience;

  /** What a gateway says is wrong. */
  record Problem(@JsonProperty("error") String error) {}

  /** Hears whether a try has got something done. */
  interface Progress {
    void made(boolean some);
  }

  /** What to make of a response. */
  interface Answer<T> {
    T of(Response response) throws IOException;
  }

  /** Something that may be tried again. */
  interface Attempt<T> {
    T run(Progress progress) throws IOException;
  }

  GatewayClient(List<String> gateways, ClientTls tls, Duration patience) {
    this.gateways = gateways.stream().map(GatewayClient::origin).toList();
    if (this.gateways.isEmpty()) {
      throw new IllegalArgumentException("no gateway is named");
    }
    this.patience = patience;
    this.direct =
        new OkHttpClient.Builder()
            .protocols(List.of(Protocol.HTTP_1_1))
            .connectTimeout(CONNECT)
            .readTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO)
            .socketFactory(new BufferedSockets(SILENCE))
            .followRedirects(false)
            .connectionPool(new ConnectionPool(CONNECTIONS, 2, TimeUnit.MINUTES))
            .build();
    this.http = direct.newBuilder().sslSocketFactory(tls.sockets(), tls.trust()).build();
  }

  private static HttpUrl origin(String gateway) {
    HttpUrl origin = HttpUrl.parse("https://" + gateway);
    if (origin == null || origin.pathSize() != 1 || !origin.encodedPath().equals("/")) {
      throw new IllegalArgumentException(
          "not a gateway: " + Text.quote(gateway) + ", perhaps you should write host:port");
    }
    return origin;
  }

  /** The root of the gateway to ask. */
  HttpUrl.Builder url() {
    return gateways.get(Math.floorMod(preferred.get(), gateways.size())).newBuilder();
  }

  Response send(Request request) throws IOException {
    return http.newCall(request).execute();
  }

  /**
   * Asks the store itself, without showing the certificate.
   *
   * @throws StoreUnavailableException if it does not answer, or not to the end
   */
  <T> T askStore(Request request, Answer<T> answer) {
    try (Response response = direct.newCall(request).execute()) {
      return answer.of(response);
    } catch (IOException e) {
      throw StoreFailures.noDirectAnswer(request.url(), e);
    }
  }

  /**
   * Tries until it succeeds, fails for good, or nothing was got done for longer than patience
   * lasts.
   *
   * @throws StorageException what went wrong last
   */
  <T> T patiently(Attempt<T> attempt) {
    long since = System.nanoTime();
    long pause = FIRST_PAUSE_MILLIS;
    while (true) {
      boolean[] progressed = {false};
      try {
        return attempt.run(some -> progressed[0] = some);
      } catch (StoreUnavailableException e) {
        if (progressed[0]) {
          since = System.nanoTime();
          pause = FIRST_PAUSE_MILLIS;
        }
        pause = pause(since, pause, e);
      } catch (IOException e) {
        if (progressed[0]) {
          since = System.nanoTime();
          pause = FIRST_PAUSE_MILLIS;
        }
        int failed = preferred.get();
        StorageException failure = unreachable(e, failed);
        if (!(failure instanceof StoreUnavailableException)) {
          throw failure;
        }
        preferred.compareAndSet(failed, failed + 1);
        pause = pause(since, pause, failure);
      }
    }
  }

  private long pause(long since, long millis, StorageException failure) {
    if (System.nanoTime() - since + millis * 1_000_000 > patience.toNanos()) {
      throw failure;
    }
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure;
    }
    return Math.min(2 * millis, LONGEST_PAUSE_MILLIS);
  }

  private StorageException unreachable(IOException e, int gateway) {
    HttpUrl url = gateways.get(Math.floorMod(gateway, gateways.size()));
    String name = "the gateway at " + Text.quote(url.host() + ":" + url.port());
    Throwable root = StoreFailures.root(e);
    String reason = String.valueOf(root.getMessage());
    if (e instanceof SSLException && isVerdict(e, reason)) {
      return new StorageException(
          name
              + " and this machine do not accept each other's certificates ("
              + reason
              + "), perhaps you should check that the kit is this federation's, is in force and was"
              + " not revoked",
          e);
    }
    return new StoreUnavailableException(
        name
            + " did not answer ("
            + root
            + "), perhaps you should check that it runs and can be reached",
        e);
  }

  /** Whether it is about certificates; a connection that was cut is another matter. */
  private static boolean isVerdict(IOException e, String reason) {
    return reason.contains("fatal alert")
        || e instanceof javax.net.ssl.SSLPeerUnverifiedException
        || (e instanceof javax.net.ssl.SSLHandshakeException
            && hasCause(e, java.security.GeneralSecurityException.class));
  }

  private static boolean hasCause(Throwable e, Class<?> type) {
    for (Throwable each = e; each != null; each = each.getCause()) {
      if (type.isInstance(each)) {
        return true;
      }
    }
    return false;
  }

  /** Where a gateway sends the client for the bytes themselves. */
  static HttpUrl location(Response response) {
    String location = response.header("Location");
    HttpUrl url = location == null ? null : HttpUrl.parse(location);
    if (url == null) {
      throw new StorageException(
          "the gateway's redirection leads nowhere, perhaps you should report that");
    }
    return url;
  }

  /** What an answer other than the wished one means. */
  static StorageException refused(String path, Response response) throws IOException {
    int status = response.code();
    if (status == 404) {
      return new ArtifactMissingException(path);
    }
    String said = said(response);
    String message = "the gateway refused " + Text.quote(path) + " (" + status + "): " + said;
    return StoreFailures.failure(status, message, null);
  }

  private static String said(Response response) throws IOException {
    byte[] body = response.peekBody(MAX_ERROR_BYTES).bytes();
    try {
      String error = Json.read(body, Problem.class).error();
      return error == null ? "it did not say why" : error.replaceAll("\\p{Cntrl}", "?");
    } catch (CorruptArtifactException e) {
      return "it did not say why";
    }
  }

  @Override
  public void close() {
    for (OkHttpClient each : List.of(http, direct)) {
      each.dispatcher().executorService().shutdown();
      each.connectionPool().evictAll();
    }
  }
}
