package io.roundhouse.storage;

import io.minio.errors.ErrorResponseException;
import io.minio.messages.DeleteResult;
import io.roundhouse.domain.Text;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** What people read when a store does not do what it was asked. */
final class StoreFailures {
  private static final int MAX_ERROR_BYTES = 16 << 10;
  private static final Pattern CODE = Pattern.compile("<Code>([A-Za-z0-9]{1,80})</Code>");

  private StoreFailures() {}

  static StorageException noAnswer(StoreConfig config, Throwable cause) {
    return new StoreUnavailableException(
        store(config)
            + " did not answer ("
            + root(cause)
            + "), perhaps you should check its endpoint and whether it runs",
        cause);
  }

  /** A store that a gateway has sent a site or an operator to is away. */
  static StorageException noDirectAnswer(HttpUrl url, Throwable cause) {
    return new StoreUnavailableException(
        store(url)
            + ", where the gateway sends its clients, did not answer ("
            + root(cause)
            + "), perhaps you should check that it runs and can be reached from here, or have the"
            + " gateway relay artifacts",
        cause);
  }

  /** A store that a gateway has sent a site or an operator to does not do what it signed. */
  static StorageException refusedDirectly(Response response) {
    int status = response.code();
    String message =
        store(response.request().url())
            + " refused what the gateway had signed ("
            + (status + " " + code(response)).strip()
            + "), perhaps you should check "
            + (status == 401 || status == 403
                ? "the clocks of this machine and of the gateway"
                : "what is between this machine and the store, and look into the store's log");
    return failure(status, message, null);
  }

  /** Whether it is worth another try depends on the status. */
  static StorageException failure(int status, String message, @Nullable Throwable cause) {
    return status == 429 || status >= 500
        ? new StoreUnavailableException(message, cause)
        : new StorageException(message, cause);
  }

  /** What was behind it all. */
  static Throwable root(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  static StorageException refused(StoreConfig config, String action, Response response) {
    return refused(config, action, response.code(), code(response), null);
  }

  static StorageException refused(StoreConfig config, String action, ErrorResponseException e) {
    return refused(config, action, e.response().code(), e.errorResponse().code(), e);
  }

  /** One object of many could not be removed: S3 tells why, but without a status. */
  static StorageException refused(StoreConfig config, String action, DeleteResult.Error error) {
    int status = error.code().equals("AccessDenied") ? 403 : 200;
    return refused(config, action, status, error.code(), null);
  }

  /** The S3 error code in an error's body; empty where there is none. */
  static String code(Response response) {
    try {
      Matcher matcher = CODE.matcher(response.peekBody(MAX_ERROR_BYTES).string());
      return matcher.find() ? matcher.group(1) : "";
    } catch (IOException e) {
      return "";
    }
  }

  private static StorageException refused(
      StoreConfig config, String action, int status, String code, @Nullable Throwable cause) {
    String message =
        store(config)
            + " refused to "
            + action
            + " ("
            + (status + " " + code).strip()
            + "), perhaps you should "
            + advice(config, status, code);
    return failure(status, message, cause);
  }

  private static String advice(StoreConfig config, int status, String code) {
    if (status == 401 || status == 403) {
      return "check the access key "
          + Text.quote(config.accessKey())
          + ", its secret, its permissions and this machine's clock";
    }
    if (code.equals("NoSuchBucket")) {
      return "make the bucket " + Text.quote(config.bucket());
    }
    if (status >= 300 && status < 400) {
      return "check the endpoint and the region " + Text.quote(config.region());
    }
    return "look into the store's log";
  }

  private static String store(HttpUrl url) {
    return "the store at " + Text.quote(url.scheme() + "://" + url.host() + ":" + url.port());
  }

  private static String store(StoreConfig config) {
    return "the store at " + Text.quote(config.endpoint().toString());
  }
}
