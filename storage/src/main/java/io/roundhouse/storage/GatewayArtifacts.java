package io.roundhouse.storage;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Text;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Artifacts as a gateway gives and takes them, over mutual TLS. A download that breaks off goes on
 * where it was, an upload begins anew; both wait for a gateway that is away for a while. Safe for
 * use by many threads.
 */
public final class GatewayArtifacts implements ArtifactAccess, AutoCloseable {
  private static final String TASK = "Roundhouse-Task";

  /** Below this size a body is sent without asking first whether it may come. */
  private static final long ASK_BYTES = 64 << 10;

  private final GatewayClient client;

  /**
   * Connects when it is first used.
   *
   * @param gateways {@code host:port} of each gateway, the preferred one first; one at least
   * @param tls the own certificate, and the federation's root for the gateway's
   * @param patience how long to wait for a gateway or store that is away, from its last sign
   */
  public GatewayArtifacts(List<String> gateways, ClientTls tls, Duration patience) {
    this.client = new GatewayClient(gateways, tls, patience);
  }

  @Override
  public Artifacts forTask(byte[] taskToken) {
    return new OfTask(Base64.getUrlEncoder().withoutPadding().encodeToString(taskToken));
  }

  /**
   * Copies an object, whose digest need not be known, to a file, which appears whole or not at all;
   * for operators.
   *
   * @throws ArtifactMissingException if there is none
   */
  public void download(String path, Path target) {
    ArtifactPath.check(path);
    client.patiently(
        progress -> {
          WholeFile.write(target, out -> copy(path, new LocalFile(target, out)));
          return true;
        });
  }

  /**
   * Objects whose paths begin with a prefix, in the order of their paths; for operators.
   *
   * @param prefix the empty one stands for the whole bucket
   */
  public List<StoredObject> list(String prefix) {
    return new GatewayListing(client).all(prefix);
  }

  @Override
  public void close() {
    client.close();
  }

  private void copy(String path, OutputStream out) throws IOException {
    receive(
        request(path, "").build(),
        response -> {
          if (response.code() != 200) {
            throw GatewayClient.refused(path, response);
          }
          response.body().byteStream().transferTo(out);
        });
  }

  private interface Receiving {
    void from(Response response) throws IOException;
  }

  /** Takes the gateway's answer, or the store's if the gateway sends the client there. */
  private void receive(Request request, Receiving receiving) throws IOException {
    try (Response response = client.send(request)) {
      if (response.code() != 307) {
        receiving.from(response);
        return;
      }
      Request direct =
          new Request.Builder()
              .url(GatewayClient.location(response))
              .headers(request.headers().newBuilder().removeAll(TASK).build())
              .build();
      client.askStore(
          direct,
          given -> {
            if (!given.isSuccessful() && given.code() != 404) {
              throw StoreFailures.refusedDirectly(given);
            }
            receiving.from(given);
            return true;
          });
    }
  }

  private Request.Builder request(String path, String task) {
    HttpUrl.Builder url = client.url().addPathSegments("v1/artifacts");
    for (String segment : path.split("/", -1)) {
      url.addPathSegment(segment);
    }
    Request.Builder request = new Request.Builder().url(url.build());
    // Without this header OkHttp asks for gzip and hides the length.
    request.header("Accept-Encoding", "identity");
    return task.isEmpty() ? request : request.header(TASK, task);
  }

  /** A file whose trouble is not taken for that of the other side. */
  private static final class LocalFile extends OutputStream {
    private final Path file;
    private final OutputStream out;

    LocalFile(Path file, OutputStream out) {
      this.file = file;
      this.out = out;
    }

    @Override
    public void write(int octet) {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        throw unwritable(file, e);
      }
    }

    @Override
    public void close() {
      try {
        out.close();
      } catch (IOException e) {
        throw unwritable(file, e);
      }
    }
  }

  private static StorageException unwritable(Path file, IOException cause) {
    return new StorageException(
        Text.quote(file.toString())
            + " cannot be written ("
            + cause
            + "), perhaps you should check the disk",
        cause);
  }

  /** What one task may read and write. */
  private final class OfTask implements Artifacts {
    private final String task;

    OfTask(String task) {
      this.task = task;
    }

    @Override
    public Artifact putIfAbsent(String path, Content content) {
      ArtifactPath.check(path);
      return client.patiently(progress -> put(path, content));
    }

    private Artifact put(String path, Content content) throws IOException {
      ContentBody body = new ContentBody(content);
      String checksum = body.crc32c();
      Request.Builder request = request(path, task).header(PresignedUrl.CRC32C, checksum).put(body);
      if (content.bytes() >= ASK_BYTES) {
        request.header("Expect", "100-continue");
      }
      try (Response response = client.send(request.build())) {
        if (response.code() == 307) {
          return putDirect(path, body, checksum, GatewayClient.location(response));
        }
        return stored(path, body, response);
      }
    }

    /** With the headers that the gateway has signed. */
    private Artifact putDirect(String path, ContentBody body, String checksum, HttpUrl url) {
      Headers signed = Headers.of("If-None-Match", "*", PresignedUrl.CRC32C, checksum);
      Request request = new Request.Builder().url(url).headers(signed).put(body).build();
      return client.askStore(
          request,
          response -> {
            if (response.code() == 412 || response.code() == 409) {
              // Somebody was there since the gateway looked; asked again, it knows the digest.
              throw new StoreUnavailableException(
                  "the path " + Text.quote(path) + " was taken meanwhile", null);
            }
            if (!response.isSuccessful()) {
              throw StoreFailures.refusedDirectly(response);
            }
            return new Artifact(path, digest(body), body.contentLength());
          });
    }

    private Artifact stored(String path, ContentBody body, Response response) throws IOException {
      if (response.code() == 412) {
        Artifact own = new Artifact(path, digest(body), body.contentLength());
        if (("\"" + own.sha256() + "\"").equals(response.header("ETag"))) {
          return own;
        }
        throw new ArtifactExistsException(path);
      }
      if (!response.isSuccessful()) {
        throw GatewayClient.refused(path, response);
      }
      return new Artifact(path, digest(body), body.contentLength());
    }

    @Override
    public void download(Artifact artifact, Path target) {
      ArtifactPath.check(artifact.path());
      try {
        WholeFile.write(target, out -> download(artifact, new LocalFile(target, out)));
      } catch (IOException e) {
        throw unwritable(target, e);
      }
    }

    private void download(Artifact artifact, OutputStream out) {
      CheckedCopy copy = new CheckedCopy(artifact);
      client.patiently(
          progress -> {
            long before = copy.copied();
            try {
              append(artifact, copy, out);
            } finally {
              progress.made(copy.copied() > before);
            }
            return true;
          });
      copy.requireWhole();
    }

    private void append(Artifact artifact, CheckedCopy copy, OutputStream out) throws IOException {
      if (copy.copied() == artifact.bytes() && copy.copied() > 0) {
        return;
      }
      receive(
          ranged(request(artifact.path(), task), copy).build(),
          response -> append(artifact, copy, out, response));
    }

    private Request.Builder ranged(Request.Builder request, CheckedCopy copy) {
      return copy.copied() == 0 ? request : request.header("Range", "bytes=" + copy.copied() + "-");
    }

    private void append(Artifact artifact, CheckedCopy copy, OutputStream out, Response response)
        throws IOException {
      boolean rest = copy.copied() > 0;
      if (response.code() != (rest ? 206 : 200)) {
        throw GatewayClient.refused(artifact.path(), response);
      }
      long length = response.body().contentLength();
      copy.requireSize(length < 0 ? length : copy.copied() + length);
      copy.append(response.body().byteStream(), out);
    }
  }

  /** Of what was sent, or else, if nothing had to be, of what would have been. */
  private static Digest digest(ContentBody body) throws IOException {
    Optional<Digest> sent = body.sent();
    return sent.isPresent() ? sent.get() : body.hash();
  }
}
