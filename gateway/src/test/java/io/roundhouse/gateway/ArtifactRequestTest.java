package io.roundhouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArtifactRequestTest {
  private static final String URI = "/v1/artifacts/a";

  /** Lets pass what Netty would stop before. */
  private static final HttpHeadersFactory UNCHECKED =
      DefaultHttpHeadersFactory.headersFactory().withValidation(false);

  @Test
  void decodesAPathOnce() {
    assertThat(get("/v1/artifacts/demo/job/a%20b%252e.bin").path())
        .isEqualTo("demo/job/a b%2e.bin");
    assertThat(get("/v1/artifacts/d/%C3%BC").path()).isEqualTo("d/ü");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/v1/artifacts/",
        "/v1/artifacts//a",
        "/v1/artifacts/../secret",
        "/v1/artifacts/a/../../b",
        "/v1/artifacts/%2e%2e/secret",
        "/v1/artifacts/a/%2E%2E/%2e%2e/b",
        "/v1/artifacts/a%2f..%2fb",
        "/v1/artifacts/./a",
        "/v1/artifacts/a/%2e",
        "/v1/artifacts/a%5cb",
        "/v1/artifacts/a\\b",
        "/v1/artifacts/a%00b",
        "/v1/artifacts/a%0d%0aX:%20y",
        "/v1/artifacts/a%7f",
        "/v1/artifacts/%",
        "/v1/artifacts/%4",
        "/v1/artifacts/%zz",
        "/v1/artifacts/%c0%ae%c0%ae/a",
        "/v1/artifacts/%ff",
        "/v1/artifacts/a#b",
        "/v1/artifacts/a?x=y",
        "/v1/artifactsX",
        "/v1/../v1/artifacts/a",
        "/V1/artifacts/a",
        "//v1/artifacts/a",
        "https://elsewhere/v1/artifacts/a",
        "*",
        "/v1/artifacts?prefix=a&prefix=b",
        "/v1/artifacts?delete",
        "/v1/artifacts?prefix=%zz"
      })
  void refusesOtherPaths(String uri) {
    assertThatThrownBy(() -> get(uri)).isInstanceOf(Refusal.class);
  }

  @Test
  void refusesEveryPathLongerThanAnObjectsName() {
    assertThatThrownBy(() -> get("/v1/artifacts/" + "a".repeat(901))).isInstanceOf(Refusal.class);
  }

  @Test
  void anEncodedSlashIsASlash() {
    assertThat(get("/v1/artifacts/a%2Fb").path()).isEqualTo("a/b");
  }

  @Test
  void readsListings() {
    ArtifactRequest request = get("/v1/artifacts?prefix=demo%2Fjob/&after=demo/job/a");

    assertThat(request.path()).isEmpty();
    assertThat(request.query()).containsEntry("prefix", "demo/job/").hasSize(2);
  }

  @Test
  void refusesBodiesThatCouldBeReadInTwoWays() {
    HttpRequest both = head(HttpMethod.PUT);
    both.headers().set("Content-Length", 3).set("Transfer-Encoding", "chunked");
    HttpRequest twice = head(HttpMethod.PUT);
    twice.headers().add("Content-Length", 3).add("Content-Length", 3);
    HttpRequest none = head(HttpMethod.PUT);
    HttpRequest withGet = head(HttpMethod.GET);
    withGet.headers().set("Content-Length", 3);
    HttpRequest twoTokens = head(HttpMethod.GET);
    twoTokens.headers().add("Roundhouse-Task", "a").add("Roundhouse-Task", "b");

    for (HttpRequest each : new HttpRequest[] {both, twice, none, withGet, twoTokens}) {
      assertThatThrownBy(() -> ArtifactRequest.of(each)).isInstanceOf(Refusal.class);
    }
  }

  @Test
  void passesAChecksumOn() {
    HttpRequest put = head(HttpMethod.PUT);
    put.headers().set("Content-Length", 3).set("x-amz-checksum-crc32c", "yZRlqg==");

    assertThat(ArtifactRequest.of(put).conditions())
        .containsOnly(entry("if-none-match", "*"), entry("x-amz-checksum-crc32c", "yZRlqg=="));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "yZRlqg", "yZRlqgAA", "yZRlqg==\n", "yZRlqg==, yZRlqg==", "${jndi}=="})
  void refusesWhatIsNoChecksum(String checksum) {
    HttpRequest put = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.PUT, URI, UNCHECKED);
    put.headers().set("Content-Length", 3).set("x-amz-checksum-crc32c", checksum);

    assertThatThrownBy(() -> ArtifactRequest.of(put)).isInstanceOf(Refusal.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "PATCH", "get"})
  void refusesOtherMethods(String method) {
    assertThatThrownBy(() -> ArtifactRequest.of(head(new HttpMethod(method))))
        .isInstanceOf(Refusal.class);
  }

  private static HttpRequest head(HttpMethod method) {
    return new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, URI);
  }

  private static ArtifactRequest get(String uri) {
    return ArtifactRequest.of(new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, uri));
  }
}
