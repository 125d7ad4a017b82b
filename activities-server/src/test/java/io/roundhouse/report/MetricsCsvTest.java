package io.roundhouse.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.Exclusion.Cause;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.SiteName;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsCsvTest {
  @Test
  void writesOneRowARoundUnderTheHeader() {
    JobRecord record = SampleJob.completed(20, 8, 7);
    List<String> lines = lines(record);
    assertThat(lines).hasSize(22);
    assertThat(lines.get(0))
        .isEqualTo(
            "round,selected,answered,quarantined,accuracy,loss,federated_accuracy,federated_loss,"
                + "train_seconds,aggregate_seconds,evaluate_seconds,seconds,bytes,model_sha256,"
                + "take,outcome,late,absent,exclusions");
    RoundManifest round = record.rounds().get(13);
    Metrics central = round.evaluation().central().orElseThrow();
    Metrics federated = round.evaluation().federated().orElseThrow();
    assertThat(lines.get(14).split(",", -1))
        .containsExactly(
            "13",
            "8",
            String.valueOf(round.contributions().size()),
            "0",
            String.valueOf(central.accuracy()),
            String.valueOf(central.loss()),
            String.valueOf(federated.accuracy()),
            String.valueOf(federated.loss()),
            String.valueOf(round.seconds().train()),
            String.valueOf(round.seconds().aggregate()),
            String.valueOf(round.seconds().evaluate()),
            String.valueOf(round.seconds().total()),
            String.valueOf(round.bytes()),
            round.model().sha256().hex(),
            "1",
            "aggregated",
            "0",
            "0",
            "\"akh-vienna offline: no worker took the task within 1m\"");
  }

  @Test
  void tellsOfSkippedRoundsAndLateUpdates() {
    JobRecord record = SampleJob.withTroubles(SampleJob.completed(20, 8, 7), List.of());
    assertThat(lines(record).get(1)).endsWith(",1,initial,0,0,");
    assertThat(lines(record).get(3)).startsWith("2,8,0,0,,,,,").contains(",1,skipped,0,0,");
    assertThat(lines(record).get(4)).startsWith("3,7,").contains(",1,aggregated,1,1,\"");
  }

  @Test
  void namesEverySiteThatIsNotInTheModelWithItsReason() {
    SiteName a = new SiteName("a");
    SiteName b = new SiteName("b");
    JobRecord record =
        SampleJob.withExclusions(
            SampleJob.running(1, 3, 7),
            List.of(
                new Exclusion(a, Cause.QUARANTINED, "tensor 'x', holds \"NaN\"\nat element 2"),
                new Exclusion(b, Cause.UNFIT, "y".repeat(1000))));
    assertThat(lines(record).get(2))
        .endsWith(
            ",\"a quarantined: tensor 'x', holds \"\"NaN\"\" at element 2; b unfit: "
                + "y".repeat(300)
                + "…\"");
  }

  @Test
  void leavesCellsWithoutAValueEmpty() {
    JobRecord record = SampleJob.withoutEvaluation(SampleJob.running(1, 3, 7));
    assertThat(lines(record).get(1)).startsWith("0,0,0,0,,,,,0.0,");
  }

  @Test
  void endsEveryLineWithLineFeed() {
    String text = new String(MetricsCsv.write(SampleJob.running(2, 3, 7)), UTF_8);
    assertThat(text).endsWith("\n").doesNotContain("\r");
  }

  private static List<String> lines(JobRecord record) {
    return new String(MetricsCsv.write(record), UTF_8).lines().toList();
  }
}
