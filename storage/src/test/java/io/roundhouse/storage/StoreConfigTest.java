package io.roundhouse.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreConfigTest {
  @Test
  void neverShowsTheSecret() {
    StoreConfig config =
        new StoreConfig(URI.create("https://s3.example"), "eu", "models", "key", "hidden");

    assertThat(config.toString()).contains("models", "key").doesNotContain("hidden");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3.example",
        "ftp://s3.example",
        "http:///",
        "http://a/b",
        "http://a?b",
        "http://u:p@a"
      })
  void refusesEndpoint(String endpoint) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new StoreConfig(URI.create(endpoint), "eu", "models", "key", "secret"))
        .withMessageContaining("perhaps you should write http://host:port");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ab", "Models", "a_b", "-ab", "a/b"})
  void refusesBucket(String bucket) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new StoreConfig(URI.create("http://a"), "eu", bucket, "key", "secret"))
        .withMessageContaining("not a bucket name");
  }
}
