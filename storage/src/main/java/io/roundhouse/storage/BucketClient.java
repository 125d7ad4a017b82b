package io.roundhouse.storage;

import io.minio.BucketExistsArgs;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.RemoveObjectsArgs;
import io.minio.Result;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.messages.DeleteRequest;
import io.minio.messages.DeleteResult;
import io.minio.messages.Item;
import io.roundhouse.domain.Text;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import okhttp3.ConnectionPool;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * Requests to one bucket. The MinIO client opens and lists it; the bytes go straight through OkHttp
 * to presigned URLs, because the client's own uploads hash every part twice before they send it.
 */
final class BucketClient implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration SILENCE = Duration.ofSeconds(60);
  private static final Duration VALIDITY = Duration.ofHours(1);
  private static final int CONNECTIONS = 256;

  /** Most objects that S3 deletes at once. */
  private static final int BATCH = 1000;

  private final StoreConfig config;
  private final OkHttpClient http;
  private final MinioClient minio;
  private final PresignedUrl urls;

  BucketClient(StoreConfig config) {
    this.config = config;
    this.urls = new PresignedUrl(config);
    this.http =
        new OkHttpClient.Builder()
            .protocols(List.of(Protocol.HTTP_1_1))
            .connectTimeout(CONNECT)
            .readTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO)
            .socketFactory(new BufferedSockets(SILENCE))
            .followRedirects(false)
            .connectionPool(new ConnectionPool(CONNECTIONS, 5, TimeUnit.MINUTES))
            .build();
    http.dispatcher().setMaxRequests(CONNECTIONS);
    http.dispatcher().setMaxRequestsPerHost(CONNECTIONS);
    this.minio =
        MinioClient.builder()
            .endpoint(config.endpoint().toString())
            .region(config.region())
            .credentials(config.accessKey(), config.secretKey())
            .httpClient(http, true)
            .build();
  }

  void makeBucket() {
    try {
      if (!minio.bucketExists(BucketExistsArgs.builder().bucket(config.bucket()).build())) {
        minio.makeBucket(MakeBucketArgs.builder().bucket(config.bucket()).build());
      }
    } catch (ErrorResponseException e) {
      if (!e.errorResponse().code().equals("BucketAlreadyOwnedByYou")) {
        throw StoreFailures.refused(config, "open its bucket", e);
      }
    } catch (MinioException | IllegalStateException e) {
      // The client wraps a refused connection into an IllegalStateException.
      throw StoreFailures.noAnswer(config, e);
    }
  }

  List<String> list(String prefix) {
    List<String> paths = new ArrayList<>();
    each(prefix, paths::add);
    return paths.stream().sorted().toList();
  }

  List<StoredObject> list(String prefix, String after, int most) {
    ListObjectsArgs.Builder args =
        ListObjectsArgs.builder()
            .bucket(config.bucket())
            .prefix(prefix)
            .recursive(true)
            .maxKeys(Math.min(most, BATCH));
    if (!after.isEmpty()) {
      args.startAfter(after);
    }
    List<StoredObject> found = new ArrayList<>();
    try {
      for (Result<Item> result : minio.listObjects(args.build())) {
        Item item = result.get();
        if (!item.isDir()) {
          found.add(new StoredObject(item.objectName(), item.size()));
        }
        if (found.size() == most) {
          break;
        }
      }
      return found;
    } catch (ErrorResponseException e) {
      throw StoreFailures.refused(config, "list " + Text.quote(prefix), e);
    } catch (MinioException | IllegalStateException e) {
      throw StoreFailures.noAnswer(config, e);
    }
  }

  /** Removes what is there when it is listed, page by page. */
  void deleteAll(String prefix) {
    List<String> batch = new ArrayList<>();
    each(
        prefix,
        path -> {
          batch.add(path);
          if (batch.size() == BATCH) {
            deleteTogether(batch);
            batch.clear();
          }
        });
    deleteTogether(batch);
  }

  void deleteAll(List<String> paths) {
    for (int from = 0; from < paths.size(); from += BATCH) {
      deleteTogether(paths.subList(from, Math.min(from + BATCH, paths.size())));
    }
  }

  private void deleteTogether(List<String> batch) {
    List<DeleteRequest.Object> objects = batch.stream().map(DeleteRequest.Object::new).toList();
    RemoveObjectsArgs args =
        RemoveObjectsArgs.builder().bucket(config.bucket()).objects(objects).build();
    try {
      for (Result<DeleteResult.Error> result : minio.removeObjects(args)) {
        DeleteResult.Error error = result.get();
        throw StoreFailures.refused(config, "delete " + Text.quote(error.objectName()), error);
      }
    } catch (ErrorResponseException e) {
      throw StoreFailures.refused(config, "delete objects", e);
    } catch (MinioException | IllegalStateException e) {
      throw StoreFailures.noAnswer(config, e);
    }
  }

  private void each(String prefix, Consumer<String> path) {
    ListObjectsArgs args =
        ListObjectsArgs.builder().bucket(config.bucket()).prefix(prefix).recursive(true).build();
    try {
      for (Result<Item> result : minio.listObjects(args)) {
        Item item = result.get();
        if (!item.isDir()) {
          path.accept(item.objectName());
        }
      }
    } catch (ErrorResponseException e) {
      throw StoreFailures.refused(config, "list " + Text.quote(prefix), e);
    } catch (MinioException | IllegalStateException e) {
      throw StoreFailures.noAnswer(config, e);
    }
  }

  Response get(String path) {
    // Without this header OkHttp asks for gzip and hides the length.
    Headers headers = Headers.of("Accept-Encoding", "identity");
    return send(new Request.Builder().url(sign("GET", path, Map.of())).headers(headers).build());
  }

  /**
   * Sends an object.
   *
   * @param signed further headers, {@code x-amz-} ones, which S3 takes only if they are signed
   */
  Response put(String path, Headers headers, Map<String, String> signed, RequestBody body) {
    HttpUrl url = urls.of("PUT", path, Map.of(), signed, Instant.now(), VALIDITY);
    Headers all = headers.newBuilder().addAll(Headers.of(signed)).build();
    return send(new Request.Builder().url(url).headers(all).put(body).build());
  }

  /** Sends a part of an object. */
  Response put(String path, Map<String, String> query, RequestBody body) {
    return send(new Request.Builder().url(sign("PUT", path, query)).put(body).build());
  }

  Response post(String path, Map<String, String> query, Headers headers, RequestBody body) {
    return send(
        new Request.Builder().url(sign("POST", path, query)).headers(headers).post(body).build());
  }

  Response delete(String path, Map<String, String> query) {
    return send(new Request.Builder().url(sign("DELETE", path, query)).delete().build());
  }

  /** What to tell about an answer that nobody asked for. */
  StorageException failure(String action, Response response) {
    return StoreFailures.refused(config, action, response);
  }

  StorageException noAnswer(IOException cause) {
    return StoreFailures.noAnswer(config, cause);
  }

  @Override
  public void close() {
    try {
      minio.close();
    } catch (Exception e) {
      throw new StorageException("the store's connections could not be closed", e);
    }
  }

  private Response send(Request request) {
    try {
      return http.newCall(request).execute();
    } catch (IOException e) {
      throw noAnswer(e);
    }
  }

  private HttpUrl sign(String method, String path, Map<String, String> query) {
    return urls.of(method, path, query, Instant.now(), VALIDITY);
  }
}
