package io.roundhouse.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Contribution;
import io.roundhouse.domain.Decision;
import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Evaluation;
import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.SiteStatus;
import io.roundhouse.domain.Update;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  record Sample(
      String name, Optional<Integer> count, Duration pause, Instant at, List<Double> values) {
    public boolean isEmpty() {
      return values.isEmpty();
    }
  }

  private static final Sample SAMPLE =
      new Sample(
          "größe",
          Optional.empty(),
          Duration.ofSeconds(90),
          Instant.parse("2026-01-02T03:04:05Z"),
          List.of(0.1, Double.NaN, Double.NEGATIVE_INFINITY));

  @Test
  void writesLinesInTheOrderOfTheComponents() {
    assertThat(new String(Json.write(SAMPLE), UTF_8))
        .isEqualTo(
            """
            {
              "name" : "größe",
              "count" : null,
              "pause" : "PT1M30S",
              "at" : "2026-01-02T03:04:05Z",
              "values" : [
                0.1,
                "NaN",
                "-Infinity"
              ]
            }
            """);
  }

  @Test
  void readsWhatItWrote() {
    assertThat(Json.read(Json.write(SAMPLE), Sample.class)).isEqualTo(SAMPLE);
  }

  @Test
  void keepsARoundManifest() {
    Artifact model = new Artifact("p/j/m", new Digest("0".repeat(64)), 12);
    SiteName site = new SiteName("site-a");
    Metrics metrics = new Metrics(0.9, Double.NaN, 100);
    Update update = new Update(site, 1, model, 10, 0.5, 2, Optional.of("c2ln"));
    RoundManifest manifest =
        new RoundManifest(
            JobId.parse("p/j"),
            3,
            2,
            RoundManifest.Outcome.AGGREGATED,
            model,
            Optional.of(model),
            new RoundManifest.Carried(
                Map.of("training", Map.of("epochs", 2, "learningRate", 0.5)),
                List.of(SiteStatus.called(site).seen(5, 100).refusedOnceMore()),
                List.of(new Decision(7, 2, "ann", "paused: to look"))),
            List.of(site, new SiteName("site-b")),
            List.of(
                new Contribution(update, 0, 0.75, 0.25), new Contribution(update, 1, 0.25, 0.25)),
            List.of(new LateUpdate(2, 1, model, update, 9)),
            List.of(
                new Exclusion(new SiteName("site-b"), Exclusion.Cause.QUARANTINED, "not finite")),
            "fedavg",
            "java",
            new Evaluation(
                Optional.empty(),
                Optional.of(metrics),
                List.of(new Evaluation.SiteMetrics(site, metrics))),
            1_700_000_000_000L,
            new RoundManifest.Seconds(1, 2, 3, 6),
            1234);

    assertThat(Json.read(Json.write(manifest), RoundManifest.class)).isEqualTo(manifest);
  }

  @Test
  void passesOverPropertiesThatItDoesNotKnow() {
    byte[] json =
        "{\"accuracy\":1,\"loss\":0.5,\"examples\":2,\"later\":{\"a\":[1]}}".getBytes(UTF_8);

    assertThat(Json.read(json, Metrics.class)).isEqualTo(new Metrics(1, 0.5, 2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "{\"accuracy\":1,\"loss\":1,\"examples\":1} x",
        "{\"accuracy\":1,\"loss\":1,\"examples\":-1}",
        "{\"accuracy\":1,\"loss\":1}",
        "{\"accuracy\":\"much\",\"loss\":1,\"examples\":1}"
      })
  void refuses(String json) {
    assertThatThrownBy(() -> Json.read(json.getBytes(UTF_8), Metrics.class))
        .isInstanceOf(CorruptArtifactException.class)
        .hasMessageContaining("not the JSON of a Metrics");
  }

  @Test
  void boundsNesting() {
    String deep = "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000);

    assertThatThrownBy(() -> Json.read(deep.getBytes(UTF_8), Map.class))
        .isInstanceOf(CorruptArtifactException.class);
  }
}
