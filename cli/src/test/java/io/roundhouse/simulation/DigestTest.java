package io.roundhouse.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.roundhouse.aggregation.JavaKernel;
import io.roundhouse.aggregation.OpenClKernel;
import io.roundhouse.aggregation.SelectedKernel;
import io.roundhouse.domain.Digest;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Update;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same job gives the same bits, whatever happens on the way. */
class DigestTest {
  private static final String JOB =
      """
      name: %s
      seed: %d
      data: digits
      model: {type: mlp, inputs: 64, hidden: [320], outputs: 10}
      training: {trainer: %s, learningRate: 0.3}
      strategy: %s
      rounds: {count: 3}
      evaluation: {federated: false}
      simulation:
        sites: 4
        partition: {type: dirichlet, alpha: 0.5}
        data: {path: digits.csv.gz, scale: 16, holdout: {every: 5}}
      """;

  private static final SimulatedJob TRAINED = job(42, "dl4j", "fedavg");
  private static Optional<Digest> digest = Optional.empty();

  private final Path folder;

  DigestTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeAll
  static void runOnce(@TempDir Path folder) throws TimeoutException {
    digest = Optional.of(TRAINED.run(folder, java()).model().sha256());
  }

  @Test
  void theSameJobGivesTheSameBits() throws TimeoutException {
    assertThat(TRAINED.run(folder, java()).model().sha256()).isEqualTo(digest.orElseThrow());
  }

  @Test
  void anotherSeedGivesOtherBits() throws TimeoutException {
    assertThat(job(43, "dl4j", "fedavg").run(folder, java()).model().sha256())
        .isNotEqualTo(digest.orElseThrow());
  }

  /** The first layer is large enough for a device; smaller tensors are summed in Java. */
  @Test
  void openClGivesTheBitsOfJava() throws TimeoutException {
    Optional<OpenClKernel> device = OpenClKernel.open();
    if (device.isEmpty()) {
      System.out.println("no OpenCL device: models of Java and OpenCL are not compared");
    }
    assumeTrue(device.isPresent(), "no OpenCL device");

    SimulatedJob.Outcome outcome =
        TRAINED.run(folder, new SelectedKernel(device.orElseThrow(), "as configured"));

    assertThat(outcome.rounds().get(3).kernel()).startsWith("opencl (");
    assertThat(outcome.model().sha256()).isEqualTo(digest.orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theOrderInWhichSitesFinishDoesNotMatter(boolean backwards) throws TimeoutException {
    List<SiteName> order = new ArrayList<>(TRAINED.sites());
    if (backwards) {
      Collections.reverse(order);
    }
    Turns turns = new Turns(order);

    SimulatedJob.Outcome outcome =
        TRAINED.run(
            folder,
            java(),
            (site, store) -> turns.of(site, TRAINED.rows(site), folder.resolve("work"), store));

    assertThat(turns.taken()).isEqualTo(turns.expected(3));
    assertThat(outcome.model().sha256()).isEqualTo(digest.orElseThrow());
  }

  /**
   * Digests that hold on every JDK and processor: the sites add random numbers instead of training,
   * because the order of a BLAS library's sums depends on the processor. What is left is all our
   * own: initial model, partition, arithmetic of the strategies, file format.
   */
  @ParameterizedTest
  @CsvSource({
    "fedavg, 84e4f161278707637132041db0bd5a96eec7f4dae3a9d6fd0c1bcf02313cafc7",
    "fedadam, 5ab5d2b99a846bda09036026b923cc3267ebd81729fcc0da3db891d520a5f2e9",
    "fedmedian, a0ac2556eb8beff1ab8a38fc45c9effe92c6f68a7738966077df52e1a2e402ae"
  })
  void everyMachineGivesTheseBits(String strategy, String expected) throws TimeoutException {
    SimulatedJob job = job(42, "noop", strategy);

    SimulatedJob.Outcome outcome =
        job.run(
            folder,
            java(),
            (site, store) -> new RandomSteps(job.rows(site).train().size(), folder, store));

    assertThat(outcome.rounds().get(3).contributions())
        .extracting(contribution -> contribution.update())
        .extracting(Update::site)
        .isEqualTo(job.sites());
    assertThat(outcome.model().sha256().hex()).as(strategy).isEqualTo(expected);
  }

  private static SelectedKernel java() {
    return new SelectedKernel(new JavaKernel(), "as configured");
  }

  private static SimulatedJob job(long seed, String trainer, String strategy) {
    return SimulatedJob.read(JOB.formatted(strategy, seed, trainer, strategy));
  }
}
