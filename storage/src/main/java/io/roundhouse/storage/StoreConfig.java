package io.roundhouse.storage;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Text;
import java.net.URI;
import java.util.regex.Pattern;

/**
 * How to reach a store.
 *
 * @param endpoint {@code http://host:port} or {@code https://host}, without a path
 * @param region the region that requests are signed for; servers on premises mostly take any
 * @param bucket 3 to 63 lower-case letters, digits, dots and dashes
 * @param accessKey name of the credentials
 * @param secretKey the credentials' secret; never shown
 */
public record StoreConfig(
    URI endpoint, String region, String bucket, String accessKey, String secretKey) {
  /** Name of the environment variable that has the access key. */
  public static final String ACCESS_KEY_VARIABLE = "ROUNDHOUSE_STORE_ACCESS_KEY";

  /** Name of the environment variable that has the secret key. */
  public static final String SECRET_KEY_VARIABLE = "ROUNDHOUSE_STORE_SECRET_KEY";

  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  private static final Pattern REGION = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  /**
   * @throws IllegalArgumentException if a part has another form
   */
  public StoreConfig {
    requireNonNull(endpoint, "endpoint is null");
    requireNonNull(region, "region is null");
    requireNonNull(bucket, "bucket is null");
    requireNonNull(accessKey, "accessKey is null");
    requireNonNull(secretKey, "secretKey is null");
    String scheme = endpoint.getScheme();
    String path = endpoint.getPath();
    if (!("http".equals(scheme) || "https".equals(scheme))
        || endpoint.getHost() == null
        || endpoint.getUserInfo() != null
        || endpoint.getQuery() != null
        || !(path.isEmpty() || path.equals("/"))) {
      throw new IllegalArgumentException(
          "not an endpoint: "
              + Text.quote(endpoint.getUserInfo() == null ? endpoint.toString() : "…")
              + ", perhaps you should write http://host:port or https://host");
    }
    if (!REGION.matcher(region).matches()) {
      throw new IllegalArgumentException(
          "not a region: " + Text.quote(region) + ", perhaps you should write us-east-1");
    }
    if (!BUCKET.matcher(bucket).matches()) {
      throw new IllegalArgumentException(
          "not a bucket name: "
              + Text.quote(bucket)
              + ", perhaps you should use 3 to 63 lower-case letters, digits and inner dashes");
    }
    if (accessKey.isBlank() || secretKey.isBlank()) {
      throw new IllegalArgumentException(
          "the store's accessKey or secretKey is empty, perhaps you should set both");
    }
  }

  @Override
  public String toString() {
    return "StoreConfig[" + endpoint + ", " + region + ", " + bucket + ", " + accessKey + "]";
  }
}
