package io.roundhouse.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

/** Small answers of HTTP. */
final class Answers {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Answers() {}

  /** {@code {"error": "..."}}. */
  static FullHttpResponse error(int status, String message) {
    return json(status, JSON.createObjectNode().put("error", message).toString());
  }

  static FullHttpResponse json(int status, String json) {
    FullHttpResponse answer =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(status),
            Unpooled.wrappedBuffer(json.getBytes(UTF_8)));
    answer.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
    answer.headers().set(HttpHeaderNames.CONTENT_LENGTH, answer.content().readableBytes());
    return answer;
  }

  static FullHttpResponse empty(int status) {
    FullHttpResponse answer =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), Unpooled.EMPTY_BUFFER);
    answer.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
    return answer;
  }

  /** No proxy and no browser keeps it, guesses its type, or shows it as a page. */
  static void protect(HttpResponse answer) {
    answer.headers().set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    answer.headers().set("X-Content-Type-Options", "nosniff");
  }
}
