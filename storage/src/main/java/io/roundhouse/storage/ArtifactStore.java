package io.roundhouse.storage;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Text;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.Headers;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okhttp3.Response;

/** Artifacts in one bucket of an S3-compatible store. Safe for use by many threads. */
public final class ArtifactStore implements Artifacts, ArtifactAccess, AutoCloseable {
  private static final long MAX_PUT_BYTES = 5L << 30;
  private static final long PART_BYTES = 64L << 20;
  private static final Headers IF_ABSENT = Headers.of("If-None-Match", "*");
  private static final MediaType JSON = MediaType.get("application/json");
  private static final MediaType BINARY = MediaType.get("application/octet-stream");

  private final StoreConfig config;
  private final BucketClient bucket;
  private final long maxPutBytes;
  private final long partBytes;
  private final LocalCopies copies;

  private ArtifactStore(
      StoreConfig config,
      BucketClient bucket,
      long maxPutBytes,
      long partBytes,
      LocalCopies copies) {
    this.config = config;
    this.bucket = bucket;
    this.maxPutBytes = maxPutBytes;
    this.partBytes = partBytes;
    this.copies = copies;
  }

  /**
   * Opens the bucket, which is made if it is absent.
   *
   * @throws StorageException if the store does not answer or refuses
   */
  public static ArtifactStore connect(StoreConfig config) {
    return connect(config, MAX_PUT_BYTES, PART_BYTES);
  }

  /** Files above {@code maxPutBytes} go in parts of {@code partBytes}. */
  static ArtifactStore connect(StoreConfig config, long maxPutBytes, long partBytes) {
    ArtifactStore store =
        new ArtifactStore(
            config, new BucketClient(config), maxPutBytes, partBytes, LocalCopies.NONE);
    try {
      store.bucket.makeBucket();
      return store;
    } catch (StorageException e) {
      store.close();
      throw e;
    }
  }

  /** The same store, which fetches only what is not at hand. It is closed with this one. */
  public ArtifactStore with(LocalCopies atHand) {
    return new ArtifactStore(config, bucket, maxPutBytes, partBytes, atHand);
  }

  /** Whoever reaches the store may do everything. */
  @Override
  public Artifacts forTask(byte[] taskToken) {
    return this;
  }

  @Override
  public Artifact putIfAbsent(String path, Path file) {
    Artifact stored = putIfAbsent(path, Content.of(file));
    copies.keep(stored, file);
    return stored;
  }

  @Override
  public Artifact putIfAbsent(String path, Content content) {
    ArtifactPath.check(path);
    Optional<Digest> sent =
        content.bytes() > maxPutBytes
            ? new MultipartUpload(bucket, path, IF_ABSENT).send(content, partBytes)
            : Retries.of(() -> put(path, content));
    return sent.map(digest -> new Artifact(path, digest, content.bytes()))
        .orElseGet(() -> Retries.of(() -> existing(path, content)));
  }

  /**
   * Stores bytes. The same bytes under the same path are the same artifact: storing them again
   * gives it back.
   *
   * @throws ArtifactExistsException if the path is taken by other bytes
   */
  public Artifact putIfAbsent(String path, byte[] content) {
    ArtifactPath.check(path);
    Artifact artifact = new Artifact(path, Sha256.of(content), content.length);
    RequestBody body = RequestBody.create(content, path.endsWith(".json") ? JSON : BINARY);
    return Retries.of(() -> putIfAbsent(path, body, Map.of()) ? artifact : existing(artifact));
  }

  /** Stores bytes in place of what is there: for views that change, not for artifacts. */
  public void replace(String path, byte[] content, String contentType) {
    ArtifactPath.check(path);
    RequestBody body = RequestBody.create(content, MediaType.get(contentType));
    Retries.run(() -> replace(path, body));
  }

  @Override
  public void download(Artifact artifact, Path target) {
    ArtifactPath.check(artifact.path());
    if (!copies.link(artifact, target)) {
      Retries.run(() -> downloadOnce(artifact, target));
    }
  }

  /**
   * Copies an artifact once, without another try.
   *
   * @throws ArtifactMissingException if the store does not hold it
   * @throws CorruptArtifactException if it has another size or digest, told when all is copied
   * @throws IOException if the store breaks off, or the target fails
   */
  public void copy(Artifact artifact, OutputStream target) throws IOException {
    ArtifactPath.check(artifact.path());
    copyOnce(artifact, target);
  }

  /** What the store holds under a path, read and hashed; empty if nothing. */
  public Optional<Artifact> find(String path) {
    ArtifactPath.check(path);
    return Retries.of(() -> findOnce(path));
  }

  /** Begins an upload whose parts others send. It takes effect if the path is free then. */
  public PartedUpload uploadInParts(String path) {
    ArtifactPath.check(path);
    MultipartUpload upload = new MultipartUpload(bucket, path, IF_ABSENT);
    return Retries.of(() -> new PartedUpload(upload, new PresignedUrl(config), path));
  }

  /**
   * Objects whose paths begin with a prefix, in the order of their paths.
   *
   * @param after a path that comes before the first; empty for all
   * @param most how many at most
   */
  public List<StoredObject> list(String prefix, String after, int most) {
    return Retries.of(() -> bucket.list(prefix, after, most));
  }

  /**
   * Reads a small object; empty if there is none.
   *
   * @throws CorruptArtifactException if it is larger than {@code maxBytes}
   */
  public Optional<byte[]> read(String path, int maxBytes) {
    ArtifactPath.check(path);
    return Retries.of(() -> readOnce(path, maxBytes));
  }

  /** Paths that begin with a prefix, sorted; the empty prefix stands for the whole bucket. */
  public List<String> list(String prefix) {
    return Retries.of(() -> bucket.list(prefix));
  }

  /** Removes one object; that there is none is fine. */
  public void delete(String path) {
    ArtifactPath.check(path);
    try (Response response = bucket.delete(path, Map.of())) {
      boolean absent =
          response.code() == 404 && !StoreFailures.code(response).equals("NoSuchBucket");
      if (!response.isSuccessful() && !absent) {
        throw bucket.failure("delete " + Text.quote(path), response);
      }
    }
  }

  /**
   * Removes everything in a folder and below it, a thousand objects at a time; that there is
   * nothing is fine. What is stored meanwhile may stay.
   *
   * @param folder with a slash at its end
   */
  public void deleteAll(String folder) {
    if (!folder.endsWith("/")) {
      throw new IllegalArgumentException("not a folder: " + Text.quote(folder));
    }
    ArtifactPath.check(folder.substring(0, folder.length() - 1));
    bucket.deleteAll(folder);
  }

  /** Removes objects, a thousand at a time; that some are not there is fine. */
  public void deleteAll(List<String> paths) {
    paths.forEach(ArtifactPath::check);
    bucket.deleteAll(paths);
  }

  /** {@code s3://bucket/path}. */
  public URI uri(String path) {
    try {
      return new URI("s3", config.bucket(), "/" + ArtifactPath.check(path), null, null);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public void close() {
    bucket.close();
  }

  private void replace(String path, RequestBody body) {
    try (Response response = bucket.put(path, Headers.of(), Map.of(), body)) {
      if (!response.isSuccessful()) {
        throw bucket.failure("replace " + Text.quote(path), response);
      }
    }
  }

  private void downloadOnce(Artifact artifact, Path target) {
    try {
      WholeFile.write(target, out -> copyOnce(artifact, out));
    } catch (IOException e) {
      throw new StoreUnavailableException(
          "the download of "
              + Text.quote(artifact.path())
              + " to "
              + Text.quote(target.toString())
              + " broke off ("
              + e
              + "), perhaps you should check the disk and the store",
          e);
    }
  }

  private void copyOnce(Artifact artifact, OutputStream target) throws IOException {
    String path = artifact.path();
    CheckedCopy copy = new CheckedCopy(artifact);
    try (Response response = open(path).orElseThrow(() -> new ArtifactMissingException(path))) {
      copy.requireSize(response.body().contentLength());
      copy.append(response.body().byteStream(), target);
    }
    copy.requireWhole();
  }

  private Optional<byte[]> readOnce(String path, int maxBytes) {
    Optional<Response> found = open(path);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try (Response response = found.get()) {
      byte[] content = response.body().byteStream().readNBytes(maxBytes);
      if (response.body().source().exhausted()) {
        return Optional.of(content);
      }
      throw new CorruptArtifactException(
          Text.quote(path)
              + " in the store is larger than "
              + maxBytes
              + " bytes, perhaps you should check what wrote it");
    } catch (IOException e) {
      throw bucket.noAnswer(e);
    }
  }

  private Optional<Digest> put(String path, Content content) {
    ContentBody body = new ContentBody(content);
    return putIfAbsent(path, body, checksum(path, body)) ? body.sent() : Optional.empty();
  }

  private static Map<String, String> checksum(String path, ContentBody body) {
    try {
      return Map.of(PresignedUrl.CRC32C, body.crc32c());
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /** Whether the object was made; if not, somebody was there before. */
  private boolean putIfAbsent(String path, RequestBody body, Map<String, String> checksum) {
    try (Response response = bucket.put(path, IF_ABSENT, checksum, body)) {
      // 409: another writer is just about to make it, and comes first.
      if (response.code() == 412 || response.code() == 409) {
        return false;
      }
      if (!response.isSuccessful()) {
        throw bucket.failure("store " + Text.quote(path), response);
      }
      return true;
    }
  }

  private Artifact existing(String path, Content content) {
    try {
      Digest digest = new ContentBody(content).hash();
      return existing(new Artifact(path, digest, content.bytes()));
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /** The artifact, if the store holds these very bytes already. */
  private Artifact existing(Artifact artifact) {
    String path = artifact.path();
    try (Response response = open(path).orElseThrow(() -> new ArtifactMissingException(path))) {
      long size = response.body().contentLength();
      if ((size < 0 || size == artifact.bytes())
          && Sha256.of(response.body().byteStream()).equals(artifact.sha256())) {
        return artifact;
      }
      throw new ArtifactExistsException(path);
    } catch (IOException e) {
      throw bucket.noAnswer(e);
    }
  }

  private Optional<Artifact> findOnce(String path) {
    Optional<Response> found = open(path);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    MessageDigest digest = Sha256.start();
    try (Response response = found.get();
        InputStream content = new DigestInputStream(response.body().byteStream(), digest)) {
      long bytes = content.transferTo(OutputStream.nullOutputStream());
      return Optional.of(new Artifact(path, Digest.of(digest.digest()), bytes));
    } catch (IOException e) {
      throw bucket.noAnswer(e);
    }
  }

  private Optional<Response> open(String path) {
    Response response = bucket.get(path);
    if (response.isSuccessful()) {
      return Optional.of(response);
    }
    try (response) {
      if (response.code() == 404 && !StoreFailures.code(response).equals("NoSuchBucket")) {
        return Optional.empty();
      }
      throw bucket.failure("give " + Text.quote(path), response);
    }
  }

  private static StorageException unreadable(String path, IOException cause) {
    return new StorageException(
        "what is to be stored as "
            + Text.quote(path)
            + " cannot be read ("
            + cause
            + "), perhaps you should check the disk",
        cause);
  }
}
