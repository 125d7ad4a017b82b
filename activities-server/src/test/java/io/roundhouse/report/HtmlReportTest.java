package io.roundhouse.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Best;
import io.roundhouse.domain.Contribution;
import io.roundhouse.domain.Decision;
import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Evaluation;
import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.SiteName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
  private static final String ATTACK = "<script>alert('x')</script>\" onload=\"x";

  @Test
  void showsTheFactsOfACompletedJob() {
    JobRecord record = SampleJob.completed(20, 8, 7);
    String page = page(record);
    RoundManifest last = record.rounds().get(20);
    Metrics reached = last.evaluation().central().orElseThrow();
    Best best = record.result().flatMap(JobResult::best).orElseThrow();
    assertThat(page)
        .contains("<title>cardiology/ecg-arrhythmia – Roundhouse</title>")
        .contains("<span class=\"badge completed\">completed</span>")
        .contains("all 20 rounds done")
        .contains(tile("Accuracy", Numbers.percent(reached.accuracy())))
        .contains(tile("Loss", Numbers.decimal(reached.loss())))
        .contains(tile("Best round", Integer.toString(best.round())))
        .contains(tile("Rounds", "20"))
        .contains(tile("Sites", "8"))
        .contains("<dd>fedavg</dd>", "<dd>opencl: pocl, 2 cores</dd>", "<dd>20261122</dd>")
        .contains("learningRate: 0.05", "temporal: 1.32.0")
        .contains("echo &quot;" + last.model().sha256() + "  global.safetensors&quot; | sha256sum");
  }

  @Test
  void showsEveryRoundWithItsMetricsAndDigest() {
    JobRecord record = SampleJob.completed(20, 8, 7);
    String page = page(record);
    for (RoundManifest round : record.rounds()) {
      Metrics federated = round.evaluation().federated().orElseThrow();
      assertThat(page)
          .contains("title=\"" + round.model().sha256() + "\"")
          .contains(">" + round.model().sha256().abbreviated() + "<")
          .contains(">" + Numbers.percent(federated.accuracy()) + "</td>")
          .contains(">" + Numbers.decimal(federated.loss()) + "</td>")
          .contains(">" + Numbers.seconds(round.seconds().total()) + "</td>");
    }
  }

  @Test
  void showsWhatEverySiteGave() {
    JobRecord record = SampleJob.completed(20, 8, 7);
    String page = page(record);
    RoundManifest last = record.rounds().get(20);
    assertThat(last.contributions()).hasSize(8);
    for (Contribution contribution : last.contributions()) {
      assertThat(page)
          .contains("<th scope=\"row\">" + contribution.update().site() + "</th>")
          .contains(">" + Numbers.decimal(contribution.update().loss()) + "</td>")
          .contains(Numbers.decimal(contribution.distance()) + "</td>");
    }
    for (Evaluation.SiteMetrics site : last.evaluation().sites()) {
      assertThat(page).contains(">" + Numbers.percent(site.metrics().accuracy()) + "</td>");
    }
  }

  @Test
  void showsEveryExclusionWithItsReason() {
    List<Exclusion> exclusions = new ArrayList<>();
    for (Exclusion.Cause cause : Exclusion.Cause.values()) {
      SiteName site = new SiteName("site-" + Outcome.of(cause).label());
      exclusions.add(new Exclusion(site, cause, "reason " + cause));
    }
    JobRecord record = SampleJob.withExclusions(SampleJob.running(4, 8, 7), exclusions);
    String page = page(record);
    for (Exclusion exclusion : exclusions) {
      String cause = Outcome.of(exclusion.cause()).label();
      assertThat(page)
          .contains(
              "<tr><th scope=\"row\">"
                  + exclusion.site()
                  + "</th><td><span class=\"tag "
                  + cause
                  + "\">"
                  + cause
                  + "</span></td><td class=\"rounds\">1–4<span>4 rounds</span></td>"
                  + "<td class=\"words\">"
                  + exclusion.reason()
                  + "</td></tr>");
    }
  }

  @Test
  void showsWhatWasSkippedAndWhatCameLate() {
    JobRecord record = SampleJob.withTroubles(SampleJob.completed(20, 8, 7), List.of());
    RoundManifest third = record.rounds().get(3);
    SiteName late = third.late().get(0).update().site();
    assertThat(page(record))
        .contains("<p>of 20 planned, 1 skipped</p>", "a round, 1 late update</p>")
        .contains(">skipped</td>", (third.contributions().size() - 1) + " of 7 and 1 late</td>")
        .contains(
            "<i class=\"key busy\"></i>busy", "<i class=\"key answered-late\"></i>answered late")
        .contains("1 time a site was not asked")
        .contains(
            "<tr><th scope=\"row\">"
                + late
                + "</th><td><span class=\"tag busy\">busy</span></td><td class=\"rounds\">3</td>"
                + "<td class=\"words\">it is still at work</td></tr>");
    assertThat(page(SampleJob.completed(20, 8, 7)))
        .doesNotContain("key busy", "key suspended", "answered late", " skipped</p>");
  }

  @Test
  void showsWhoDecidedWhatAndWhen() {
    List<Decision> decisions = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      decisions.add(new Decision(SampleJob.STARTED + i, 2, "ann", "paused: look " + i));
    }
    decisions.add(new Decision(SampleJob.STARTED, 2, ATTACK, ATTACK + "y".repeat(1_000)));
    String page = page(SampleJob.withTroubles(SampleJob.completed(20, 8, 7), decisions));
    assertThat(page)
        .contains("<h2>Decisions</h2>", "31 decisions, the newest first.", "11 more rows")
        .contains("<h3>Changed while it ran</h3>", "epochs: 7")
        .contains(
            "<tr><th scope=\"row\">"
                + Numbers.time(SampleJob.STARTED)
                + "</th><td>2</td><td>ann</td><td class=\"words\">paused: look 29</td></tr>")
        .doesNotContain("alert('x')", "y".repeat(501));
    assertThat(page(SampleJob.completed(20, 8, 7)))
        .contains("Nothing was decided while the job ran.")
        .doesNotContain("Changed while it ran");
  }

  @Test
  void showsWhyAJobFailed() {
    JobRecord running = SampleJob.running(2, 3, 7);
    String page = page(ended(running, JobState.FAILED, "round 3 is below its quorum of 3"));
    assertThat(page)
        .contains("<span class=\"badge failed\">failed</span>")
        .contains("<p class=\"reason\">round 3 is below its quorum of 3</p>");
  }

  @Test
  void showsARunningJobWithItsBestRoundSoFar() {
    JobRecord record = SampleJob.running(20, 8, 7);
    Best best = SampleJob.completed(20, 8, 7).result().flatMap(JobResult::best).orElseThrow();
    assertThat(page(record))
        .contains("<span class=\"badge running\">running</span>")
        .contains(tile("Best round", Integer.toString(best.round())))
        .contains("Newest model");
  }

  @Test
  void showsAJobWithoutRounds() {
    JobRecord record =
        new JobRecord(SampleJob.JOB, SampleJob.spec(5), Map.of(), List.of(), Optional.empty());
    assertThat(page(record))
        .contains("<span class=\"badge opening\">opening</span>")
        .contains("No model has been evaluated yet.", "There is no model yet.");
  }

  @Test
  void showsTheInitialModelAlone() {
    assertThat(page(SampleJob.running(0, 3, 7)))
        .contains("initial</td>", "No training round is finished yet.")
        .doesNotContain("NaN");
  }

  @Test
  void drawsNoPointThatIsNotFinite() {
    JobRecord record = SampleJob.diverged(SampleJob.running(3, 3, 7), 2);
    assertThat(page(record))
        .contains("1 evaluation without a finite value cannot be drawn.")
        .contains(">NaN</td>")
        .containsPattern("class=\"line central\" d=\"M[0-9]+ [0-9]+(L[0-9]+ [0-9]+){2}\"");
  }

  @Test
  void keepsTextFromOutsideText() {
    JobRecord running = SampleJob.running(2, 3, 7);
    Map<String, Object> spec = new LinkedHashMap<>(running.spec());
    spec.put("data", ATTACK);
    JobRecord attacked =
        SampleJob.withExclusions(
            new JobRecord(
                running.job(), spec, Map.of(ATTACK, ATTACK), running.rounds(), Optional.empty()),
            List.of(
                new Exclusion(new SiteName("evil"), Exclusion.Cause.FAILED, ATTACK + "{{style}}")));
    String page = page(ended(attacked, JobState.ABORTED, ATTACK));
    assertThat(page).doesNotContain("alert('x')", "\" onload").contains("{{style}}");
    assertThat(Pattern.compile("<script").matcher(page).results()).hasSize(1);
    assertThat(page.split("&lt;script&gt;alert", -1)).hasSizeGreaterThan(4);
  }

  @Test
  void replacesCharactersThatMislead() {
    assertThat(Markup.escape("a\u202Eb\u0000c\u2066d\ne")).isEqualTo("a\uFFFDb\uFFFDc\uFFFDd\ne");
  }

  @Test
  void loadsNothing() {
    String page = page(SampleJob.completed(20, 8, 7));
    assertThat(page).doesNotContain("http:", "https:", "@import", "url(", " src=");
    assertThat(Pattern.compile("href=\"([^\"]*)\"").matcher(page).results().map(m -> m.group(1)))
        .containsExactly("data:,");
    assertThat(page).contains("default-src 'none'");
  }

  @Test
  void isSmall() {
    assertThat(HtmlReport.write(SampleJob.completed(20, 8, 7))).hasSizeLessThan(150_000);
    assertThat(HtmlReport.write(SampleJob.completed(2000, 8, 7))).hasSizeLessThan(3_000_000);
  }

  @Test
  void tellsWhatIsNotInTheTablesOfALongJob() {
    assertThat(page(SampleJob.completed(2000, 8, 7)))
        .contains("The last 200 of 2,001 rounds, newest first")
        .contains("Every round is in metrics.csv and in its own manifest.")
        .contains(">2,000</text>");
  }

  @Test
  void foldsTheTableOfManySites() {
    String page = page(SampleJob.completed(3, 200, 7));
    assertThat(page)
        .contains("The 20 largest contributors of 200 sites; the full table is below.")
        .contains("<summary>All 200 sites</summary>", "range of 200 sites");
    assertThat(page.split("<th scope=\"row\">clinic-199</th>", -1)).hasSizeGreaterThan(1);
  }

  @Test
  void givesTheSameBytesForTheSameRecord() {
    JobRecord record = SampleJob.completed(50, 20, 7);
    assertThat(HtmlReport.write(record))
        .isEqualTo(HtmlReport.write(SampleJob.completed(50, 20, 7)));
  }

  private static JobRecord ended(JobRecord record, JobState state, String reason) {
    Artifact model = new Artifact("p/j/global.safetensors", new Digest("ab".repeat(32)), 10);
    JobResult result =
        new JobResult(
            record.job(),
            state,
            reason,
            record.rounds().size() - 1,
            Optional.of(model),
            Optional.empty(),
            Optional.empty(),
            SampleJob.STARTED,
            412);
    return new JobRecord(
        record.job(), record.spec(), record.versions(), record.rounds(), Optional.of(result));
  }

  private static String tile(String name, String value) {
    return "<h2>" + name + "</h2><p class=\"value\">" + value + "</p>";
  }

  private static String page(JobRecord record) {
    return new String(HtmlReport.write(record), UTF_8);
  }
}
