package io.roundhouse.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PresignedUrlTest {
  private static final StoreConfig CONFIG =
      new StoreConfig(
          URI.create("https://examplebucket.s3.amazonaws.com"),
          "us-east-1",
          "examplebucket",
          "AKIAIOSFODNN7EXAMPLE",
          "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");

  /** The worked example of the S3 API reference, "Authenticating requests: query parameters". */
  @Test
  void signsTheExampleOfTheSpecification() {
    String signed =
        new PresignedUrl(CONFIG)
            .signed(
                "GET",
                "/test.txt",
                Map.of(),
                Map.of(),
                Instant.parse("2013-05-24T00:00:00Z"),
                Duration.ofDays(1));

    assertThat(signed)
        .endsWith(
            "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
  }

  @Test
  void encodesWhatUrlsDoNotAllow() {
    String url =
        new PresignedUrl(CONFIG)
            .of(
                "PUT",
                "a b/ü?.bin",
                Map.of("uploadId", "x/y="),
                Instant.EPOCH,
                Duration.ofSeconds(1))
            .toString();

    assertThat(url)
        .startsWith("https://examplebucket.s3.amazonaws.com/examplebucket/a%20b/%C3%BC%3F.bin?")
        .contains("uploadId=x%2Fy%3D");
  }
}
