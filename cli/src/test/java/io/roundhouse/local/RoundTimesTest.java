package io.roundhouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Contribution;
import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Evaluation;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.RoundManifest.Outcome;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Update;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RoundTimesTest {
  private static final Artifact MODEL = new Artifact("model", Digest.of(new byte[32]), 4);

  @Test
  void aRoundLastsUntilTheNextOneBegins() {
    assertThat(RoundTimes.line(List.of(round(0, 0), round(1, 100), round(2, 350), round(3, 400))))
        .isEqualTo("a round    median 250 ms, 95% under 250 ms, slowest 250 ms");
  }

  @Test
  void roundsOfAllSitesLackNothing() {
    assertThat(RoundTimes.shortage(List.of(round(0, 0), round(1, 1, "a", "b")), 2)).isEmpty();
  }

  @Test
  void aRoundThatDidWithoutASiteIsSaid() {
    assertThat(
            RoundTimes.shortage(
                List.of(
                    round(0, 0), round(1, 1, "a", "b"), round(2, 2, "b"), round(3, 3, "a", "b")),
                2))
        .hasValueSatisfying(line -> assertThat(line).contains("1 of 2 sites"));
  }

  private static RoundManifest round(int number, long startedAt, String... sites) {
    return new RoundManifest(
        new JobId("bench", "times"),
        number,
        1,
        Outcome.AGGREGATED,
        MODEL,
        Optional.empty(),
        new RoundManifest.Carried(Map.of(), List.of(), List.of()),
        List.of(),
        Stream.of(sites).map(RoundTimesTest::contribution).toList(),
        List.of(),
        List.of(),
        "fedavg",
        "java",
        Evaluation.NONE,
        startedAt,
        new RoundManifest.Seconds(0, 0, 0, 0),
        0);
  }

  private static Contribution contribution(String site) {
    Update update = new Update(new SiteName(site), 1, MODEL, 1, 0, 0);
    return new Contribution(update, 0, 0.5, 1);
  }
}
