package io.roundhouse.storage;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import okhttp3.HttpUrl;

/** An upload in parts, each sent by somebody to a URL of its own, that takes effect as a whole. */
public final class PartedUpload {
  private static final Duration VALIDITY = Duration.ofHours(1);

  private final MultipartUpload upload;
  private final PresignedUrl urls;
  private final String path;
  private final String id;

  PartedUpload(MultipartUpload upload, PresignedUrl urls, String path) {
    this.upload = upload;
    this.urls = urls;
    this.path = path;
    this.id = upload.begin();
  }

  /**
   * Where a part is to be put; the answer's {@code ETag} is its tag.
   *
   * @param number from 1
   */
  public HttpUrl part(int number) {
    Map<String, String> query = Map.of("uploadId", id, "partNumber", Integer.toString(number));
    return urls.of("PUT", path, query, Instant.now(), VALIDITY);
  }

  /**
   * Makes the object of its parts.
   *
   * @param tags in the order of the parts
   * @return whether it was made; if not, somebody was there before
   */
  public boolean complete(List<String> tags) {
    return upload.complete(id, tags);
  }

  /** Drops the parts. */
  public void abort() {
    upload.abort(id);
  }
}
