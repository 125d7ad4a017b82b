package io.roundhouse.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Text;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Headers;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okhttp3.Response;

/** An upload of what is too large for one request, part after part. */
final class MultipartUpload {
  private static final int MAX_PARTS = 10_000;
  private static final int MAX_ANSWER_BYTES = 64 << 10;
  private static final Pattern UPLOAD_ID = Pattern.compile("<UploadId>([^<]{1,2000})</UploadId>");
  private static final RequestBody EMPTY = RequestBody.create(new byte[0]);
  private static final MediaType XML = MediaType.get("application/xml");

  private final BucketClient bucket;
  private final String path;
  private final Headers headers;

  /**
   * @param headers the conditions under which the upload shall take effect
   */
  MultipartUpload(BucketClient bucket, String path, Headers headers) {
    this.bucket = bucket;
    this.path = path;
    this.headers = headers;
  }

  /**
   * Sends a content.
   *
   * @param partBytes size of a part, larger if there would be more than 10,000 of them
   * @return the digest of what was sent; empty if the conditions did not hold
   */
  Optional<Digest> send(Content content, long partBytes) {
    long size = content.bytes();
    long part = Math.max(partBytes, (size + MAX_PARTS - 1) / MAX_PARTS);
    String id = begin();
    boolean done = false;
    try {
      MessageDigest digest = Sha256.start();
      List<String> tags = new ArrayList<>();
      for (long offset = 0; offset < size; offset += part) {
        ContentBody body = new ContentBody(content, offset, Math.min(part, size - offset), digest);
        tags.add(sendPart(id, tags.size() + 1, body));
        digest = body.digest();
      }
      done = complete(id, tags);
      return done ? Optional.of(Digest.of(digest.digest())) : Optional.empty();
    } finally {
      if (!done) {
        abort(id);
      }
    }
  }

  String begin() {
    try (Response response = bucket.post(path, Map.of("uploads", ""), Headers.of(), EMPTY)) {
      Matcher id = UPLOAD_ID.matcher(response.peekBody(MAX_ANSWER_BYTES).string());
      if (!response.isSuccessful() || !id.find()) {
        throw bucket.failure("begin the upload of " + Text.quote(path), response);
      }
      return id.group(1);
    } catch (IOException e) {
      throw bucket.noAnswer(e);
    }
  }

  private String sendPart(String id, int number, ContentBody body) {
    Map<String, String> query = Map.of("uploadId", id, "partNumber", Integer.toString(number));
    try (Response response = bucket.put(path, query, body)) {
      String tag = response.header("ETag");
      if (!response.isSuccessful() || tag == null) {
        throw bucket.failure("take part " + number + " of " + Text.quote(path), response);
      }
      return tag;
    }
  }

  boolean complete(String id, List<String> tags) {
    StringBuilder xml = new StringBuilder("<CompleteMultipartUpload>");
    for (int i = 0; i < tags.size(); i++) {
      xml.append("<Part><PartNumber>").append(i + 1).append("</PartNumber><ETag>");
      xml.append(tags.get(i).replace("\"", "&quot;")).append("</ETag></Part>");
    }
    xml.append("</CompleteMultipartUpload>");
    RequestBody body = RequestBody.create(xml.toString().getBytes(UTF_8), XML);
    try (Response response = bucket.post(path, Map.of("uploadId", id), headers, body)) {
      String error = StoreFailures.code(response);
      if (response.code() == 412 || response.code() == 409 || error.equals("PreconditionFailed")) {
        return false;
      }
      // S3 answers 200 before it knows, and an error may follow in the body.
      if (!response.isSuccessful() || !error.isEmpty()) {
        throw bucket.failure("complete the upload of " + Text.quote(path), response);
      }
      return true;
    }
  }

  void abort(String id) {
    try (Response response = bucket.delete(path, Map.of("uploadId", id))) {
      response.body();
    } catch (StorageException e) {
      // The parts stay until the store's own expiry; the caller's failure matters more.
    }
  }
}
