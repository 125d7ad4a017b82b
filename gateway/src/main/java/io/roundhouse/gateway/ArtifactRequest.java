package io.roundhouse.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.roundhouse.storage.ArtifactPath;
import io.roundhouse.storage.PresignedUrl;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The head of a request for artifacts.
 *
 * @param method {@code GET} or {@code PUT}
 * @param path of the artifact; empty for a listing
 * @param query of a listing
 * @param token the sealed task token, in base64url; empty without one
 * @param length of the body that follows
 * @param checksum CRC-32C of the body, as S3 is told it
 * @param range the header, as it is
 * @param ifRange likewise
 * @param expects whether the body comes only when it is asked for
 * @param keepAlive whether the connection can be used again
 */
record ArtifactRequest(
    String method,
    String path,
    Map<String, String> query,
    String token,
    long length,
    Optional<String> checksum,
    Optional<String> range,
    Optional<String> ifRange,
    boolean expects,
    boolean keepAlive) {
  private static final String ROOT = "/v1/artifacts";
  private static final String TOKEN = "Roundhouse-Task";
  private static final Pattern CHECKSUM = Pattern.compile("[A-Za-z0-9+/]{6}==");

  /**
   * Reads a head.
   *
   * @throws Refusal if it is not one for artifacts, or could be read in two ways
   */
  static ArtifactRequest of(HttpRequest head) {
    HttpHeaders headers = head.headers();
    requireHttp(head);
    boolean put = head.method().equals(HttpMethod.PUT);
    if (!put && !head.method().equals(HttpMethod.GET)) {
      throw Refusal.invalid("artifacts are read by GET and written by PUT");
    }
    long length = length(head, put);
    int mark = head.uri().indexOf('?');
    String raw = mark < 0 ? head.uri() : head.uri().substring(0, mark);
    String path = path(raw);
    if (path.isEmpty() ? put : mark >= 0) {
      throw Refusal.invalid("an artifact has a path, and no query");
    }
    return new ArtifactRequest(
        head.method().name(),
        path,
        mark < 0 ? Map.of() : query(head.uri().substring(mark + 1)),
        single(headers, TOKEN).orElse(""),
        length,
        checksum(headers),
        single(headers, "Range"),
        single(headers, "If-Range"),
        HttpUtil.is100ContinueExpected(head),
        HttpUtil.isKeepAlive(head));
  }

  /**
   * The length of a body, which can be told in one way only.
   *
   * @param body whether there has to be one; else there must not be
   * @throws Refusal if it is not so, or the head is none of HTTP/1.1
   */
  static long length(HttpRequest head, boolean body) {
    requireHttp(head);
    HttpHeaders headers = head.headers();
    if (headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
        || headers.getAll(HttpHeaderNames.CONTENT_LENGTH).size() > 1) {
      throw Refusal.invalid(
          "the body's size must be told by one Content-Length, perhaps you should send no"
              + " Transfer-Encoding");
    }
    long length = HttpUtil.getContentLength(head, -1L);
    if (body ? length < 0 : length > 0) {
      throw Refusal.invalid(
          "a " + head.method() + (body ? " must tell its Content-Length" : " has no body"));
    }
    return Math.max(0, length);
  }

  /**
   * Headers by which the store takes the body only if the path is free, and nothing but what has
   * the checksum that was told.
   */
  Map<String, String> conditions() {
    String free = "if-none-match";
    return checksum
        .map(sum -> Map.of(free, "*", PresignedUrl.CRC32C, sum))
        .orElse(Map.of(free, "*"));
  }

  private static void requireHttp(HttpRequest head) {
    if (head.decoderResult().isFailure() || !head.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
      throw Refusal.invalid("not a request of HTTP/1.1");
    }
  }

  private static Optional<String> single(HttpHeaders headers, String name) {
    List<String> values = headers.getAll(name);
    if (values.size() > 1) {
      throw Refusal.invalid("the header " + name + " is there twice");
    }
    return values.stream().findFirst();
  }

  /** The checksum goes on to the store; it is nothing but four bytes in base64. */
  private static Optional<String> checksum(HttpHeaders headers) {
    Optional<String> checksum = single(headers, PresignedUrl.CRC32C);
    if (checksum.isPresent() && !CHECKSUM.matcher(checksum.get()).matches()) {
      throw Refusal.invalid("the header " + PresignedUrl.CRC32C + " is not four bytes in base64");
    }
    return checksum;
  }

  private static String path(String raw) {
    if (raw.equals(ROOT)) {
      return "";
    }
    if (!raw.startsWith(ROOT + "/")) {
      throw new Refusal(
          Refusal.Reason.MISSING, "there is nothing here but " + ROOT + "/<path of an artifact>");
    }
    try {
      return ArtifactPath.check(decode(raw.substring(ROOT.length() + 1)));
    } catch (IllegalArgumentException e) {
      throw Refusal.invalid(String.valueOf(e.getMessage()));
    }
  }

  private static Map<String, String> query(String raw) {
    Map<String, String> query = new TreeMap<>();
    for (String parameter : raw.split("&", -1)) {
      int equals = parameter.indexOf('=');
      String name = equals < 0 ? parameter : parameter.substring(0, equals);
      if (!List.of("prefix", "after").contains(name)
          || query.put(name, decode(parameter.substring(equals + 1))) != null) {
        throw Refusal.invalid("a listing has a prefix, and perhaps a path after which it begins");
      }
    }
    return query;
  }

  /** Percent-decoding (RFC 3986), once. */
  private static String decode(String raw) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        int high = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 1), 16) : -1;
        int low = high >= 0 ? Character.digit(raw.charAt(i + 2), 16) : -1;
        if (low < 0) {
          throw Refusal.invalid("a path's percent signs are followed by two hexadecimal digits");
        }
        bytes.write(high << 4 | low);
        i += 2;
      } else if (c > 0x20 && c < 0x7f && c != '#') {
        bytes.write(c);
      } else {
        throw Refusal.invalid("a path's characters beyond printable ASCII are percent-encoded");
      }
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
    } catch (CharacterCodingException e) {
      throw Refusal.invalid("a path is UTF-8");
    }
  }
}
