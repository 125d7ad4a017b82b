package io.roundhouse.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.roundhouse.aggregation.JavaKernel;
import io.roundhouse.aggregation.SelectedKernel;
import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.Exclusion.Cause;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.SiteName;
import io.roundhouse.simulation.SitePoisoned.Poison;
import io.temporal.client.WorkflowFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A site that sends poison is named, and the others' model is what it would be without it. */
@Timeout(120)
class PoisonedJobTest {
  private static final int ROUNDS = 2;
  private static final SiteName BAD = new SiteName("s03");

  private static Optional<Digest> withoutBad = Optional.empty();

  private final Path folder;

  PoisonedJobTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeAll
  static void runWithoutTheBadSite(@TempDir Path three) throws TimeoutException {
    withoutBad =
        Optional.of(
            job(", target: 3", "").run(three, java(), new SiteAbsent(BAD)).model().sha256());
  }

  static Stream<Arguments> poisonsInBothOrders() {
    return Stream.concat(
        Stream.of(Arguments.of(Poison.WRONG_SHAPE, true)),
        Arrays.stream(Poison.values()).map(poison -> Arguments.of(poison, false)));
  }

  @ParameterizedTest(name = "{0}, first: {1}")
  @MethodSource("poisonsInBothOrders")
  void aPoisonedSiteIsNamedAndHarmsNobody(Poison poison, boolean first)
      throws TimeoutException, IOException {
    SitePoisoned site = new SitePoisoned(BAD, poison, first, 3, folder);

    SimulatedJob.Outcome outcome = job("", "").run(folder, java(), site);

    assertThat(outcome.model().sha256()).as("%s", site).isEqualTo(withoutBad.orElseThrow());
    assertThat(training(outcome)).hasSize(ROUNDS);
    for (RoundManifest round : training(outcome)) {
      assertThat(round.contributions())
          .extracting(contribution -> contribution.update().site().value())
          .containsExactly("s01", "s02", "s04");
      Exclusion exclusion = round.exclusions().get(0);
      assertThat(exclusion.site()).isEqualTo(BAD);
      assertThat(exclusion.cause())
          .isEqualTo(poison == Poison.ANOTHER_NAME ? Cause.FAILED : Cause.QUARANTINED);
      assertThat(exclusion.reason()).as("%s", site).contains(poison.reason());
    }
    assertThat(left("metrics.csv").lines().skip(2)).allMatch(line -> line.contains("\"s03 "));
    assertThat(left("report.html")).contains(poison.reason().replace("'", "&#39;"));
  }

  @Test
  void aSiteThatPoisonsIsSuspendedAfterSoManyRounds() throws TimeoutException, IOException {
    SitePoisoned site = new SitePoisoned(BAD, Poison.NAN, false, 3, folder);

    SimulatedJob.Outcome outcome = job("", "updates: {suspendAfter: 1}").run(folder, java(), site);

    assertThat(outcome.model().sha256()).isEqualTo(withoutBad.orElseThrow());
    assertThat(outcome.rounds().get(2).selected()).doesNotContain(BAD);
    assertThat(outcome.rounds().get(2).exclusions())
        .containsExactly(
            new Exclusion(BAD, Cause.SUSPENDED, "its updates were refused in 1 rounds"));
    assertThat(left("report.html")).contains("suspended s03: its updates were refused in 1 rounds");
  }

  @Test
  void onlyRefusedUpdatesStayWhereTheJobSaysSo() throws TimeoutException, IOException {
    SitePoisoned site = new SitePoisoned(BAD, Poison.NAN, false, 3, folder);

    SimulatedJob.Outcome outcome = job("", "updates: {keep: refused}").run(folder, java(), site);

    assertThat(outcome.model().sha256()).isEqualTo(withoutBad.orElseThrow());
    try (Stream<Path> files = Files.walk(left().resolve("rounds"))) {
      assertThat(files.filter(Files::isRegularFile).map(left().resolve("rounds")::relativize))
          .extracting(Path::toString)
          .filteredOn(path -> path.contains("updates"))
          .containsExactlyInAnyOrder(
              "00001/updates/s03.1.safetensors", "00002/updates/s03.1.safetensors");
    }
  }

  @Test
  void aJobFailsAboveTheShareOfRefusedUpdatesThatItBears() throws IOException {
    SitePoisoned site = new SitePoisoned(BAD, Poison.NAN, false, 3, folder);

    WorkflowFailedException failed =
        catchThrowableOfType(
            WorkflowFailedException.class,
            () -> job("", "updates: {failAbove: 0.2}").run(folder, java(), site));

    assertThat(failed)
        .hasStackTraceContaining("1 of 4 updates were refused")
        .hasStackTraceContaining("s03: tensor '0_W' holds NaN at element 0");
    assertThat(left("final/manifest.json")).contains("FAILED", "s03: tensor '0_W' holds NaN");
  }

  private String left(String name) throws IOException {
    return Files.readString(left().resolve(name));
  }

  private Path left() {
    return folder.resolve("roundhouse/default/poisoned");
  }

  private static List<RoundManifest> training(SimulatedJob.Outcome outcome) {
    return outcome.rounds().subList(1, outcome.rounds().size());
  }

  private static SelectedKernel java() {
    return new SelectedKernel(new JavaKernel(), "as configured");
  }

  private static SimulatedJob job(String policy, String more) {
    return SimulatedJob.read(
        """
        name: poisoned
        data: digits
        model: {type: mlp, inputs: 64, hidden: [16], outputs: 10}
        training: {learningRate: 0.3}
        rounds: {count: 2, quorum: 3, heartbeat: 30s%s}
        evaluation: {federated: false, central: true}
        %s
        simulation:
          sites: 4
          partition: {type: dirichlet, alpha: 0.5, minSize: 80}
          data: {path: digits.csv.gz, scale: 16, holdout: {every: 5}}
        """
            .formatted(policy, more));
  }
}
