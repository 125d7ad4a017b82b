package io.roundhouse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A killed process takes its Temporal with it; what it left in the store is enough to go on. */
@Timeout(240)
class ResumeTest {
  private static final int ROUNDS = 6;
  private static final Map<String, String> UNDISTURBED = new HashMap<>();

  private final Path folder;

  ResumeTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /** What a process is at when it is killed. */
  enum Moment {
    TRAINING,
    MODEL_WRITTEN,
    BETWEEN_ROUNDS;

    /** Whether the process is there, in a round. */
    BooleanSupplier in(Path job, String round) {
      Path rounds = job.resolve("rounds");
      return switch (this) {
        case TRAINING ->
            () -> has(rounds, round, "updates") && !has(rounds, round, "manifest.json");
        case MODEL_WRITTEN -> () -> has(rounds, round, "global.safetensors");
        case BETWEEN_ROUNDS -> () -> has(rounds, round, "manifest.json");
      };
    }

    private static boolean has(Path rounds, String round, String name) {
      try (Stream<Path> folders = Files.list(rounds)) {
        return folders
            .filter(one -> String.valueOf(one.getFileName()).startsWith(round))
            .anyMatch(one -> Files.exists(one.resolve(name)));
      } catch (IOException notYet) {
        return false;
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, fedavg, all, TRAINING, MODEL_WRITTEN",
    "2, fedadam, all, BETWEEN_ROUNDS, TRAINING",
    "3, fedadam, '{type: fraction, share: 0.5}', MODEL_WRITTEN, BETWEEN_ROUNDS"
  })
  void goesOnToTheModelOfTheUndisturbedRun(
      long seed, String strategy, String selection, Moment first, Moment second)
      throws IOException, InterruptedException {
    Path file = job(strategy, selection);
    String expected = undisturbed(file, strategy + selection);
    SplittableRandom random = new SplittableRandom(seed);
    String what = "seed " + seed + ", " + first + ", " + second;
    Path store = folder.resolve("store");
    Path job = store.resolve("roundhouse/default/resume");
    int round = 0;
    List<String> options = new ArrayList<>();
    for (Moment moment : List.of(first, second)) {
      round += 1 + random.nextInt(2);
      try (CommandProcess process = simulate(file, store, options)) {
        BooleanSupplier there = moment.in(job, "%05d".formatted(round));
        assertThat(process.killWhen(there)).as(what + "\n" + process.printed()).isTrue();
      }
      assertThat(job.resolve("final/manifest.json")).as(what).doesNotExist();
      options = List.of("--resume");
    }

    try (CommandProcess process = simulate(file, store, options)) {
      assertThat(process.await()).as(what + "\n" + process.printed()).isZero();
      assertThat(process.printed()).as(what).contains("goes on after round ", " of " + ROUNDS);
    }

    assertThat(model(job)).as(what).isEqualTo(expected);
    assertEveryRoundIsWhole(job, what);
  }

  @Test
  void refusesToGoOnWithWhatIsCompleteOrNotThere() throws IOException {
    Path file = job("fedavg", "all");
    String store = folder.resolve("store").toString();
    CommandRun missing =
        CommandRun.of("simulate", file.toString(), "--resume", "--out", store, "--rounds", "1");
    CommandRun first = CommandRun.of("simulate", file.toString(), "--out", store, "--rounds", "1");
    CommandRun complete =
        CommandRun.of("simulate", file.toString(), "--resume", "--out", store, "--rounds", "1");

    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.err())
        .contains("there is no job default/resume in " + store + ", perhaps you should");
    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(complete.exitCode()).isEqualTo(2);
    assertThat(complete.err()).contains("was completed (all 1 rounds done), perhaps you should");
  }

  @Test
  void doesNotResumeWithFaults() throws IOException {
    CommandRun run =
        CommandRun.of("simulate", job("fedavg", "all").toString(), "--resume", "--faults", "1");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--resume: does not go with --faults");
  }

  private CommandProcess simulate(Path file, Path store, List<String> options) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("simulate", file.toString(), "--out", store.toString()));
    arguments.addAll(options);
    return CommandProcess.start(folder.resolve("printed"), arguments.toArray(String[]::new));
  }

  private String undisturbed(Path file, String variant) throws IOException {
    String known = UNDISTURBED.get(variant);
    if (known == null) {
      Path store = folder.resolve("undisturbed");
      CommandRun run = CommandRun.of("simulate", file.toString(), "--out", store.toString());
      assertThat(run.exitCode()).as(run.err()).isZero();
      known = model(store.resolve("roundhouse/default/resume"));
      UNDISTURBED.put(variant, known);
    }
    return known;
  }

  private static String model(Path job) throws IOException {
    JsonNode end = new ObjectMapper().readTree(job.resolve("final/manifest.json").toFile());
    return end.get("model").get("sha256").asText();
  }

  /** A store that is killed may leave folders without an object. */
  private static boolean hasObjects(Path round) {
    try (Stream<Path> files = Files.walk(round)) {
      return files.anyMatch(file -> file.toString().matches(".*[.](safetensors|json)"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Each round has one folder with a manifest, and the views show all of them. */
  private static void assertEveryRoundIsWhole(Path job, String what) throws IOException {
    List<String> complete;
    List<String> all;
    try (Stream<Path> folders = Files.list(job.resolve("rounds"))) {
      all =
          folders
              .filter(ResumeTest::hasObjects)
              .map(one -> String.valueOf(one.getFileName()))
              .sorted()
              .toList();
    }
    complete =
        all.stream()
            .filter(name -> Files.exists(job.resolve("rounds").resolve(name + "/manifest.json")))
            .toList();
    assertThat(all).as(what).isEqualTo(complete).hasSize(ROUNDS + 1);
    assertThat(Files.readAllLines(job.resolve("metrics.csv")).stream().skip(1))
        .as(what)
        .extracting(line -> line.substring(0, line.indexOf(',')))
        .contains("0", Integer.toString(ROUNDS));
    assertThat(Files.readString(job.resolve("report.html"))).as(what).contains("resume");
  }

  private Path job(String strategy, String selection) throws IOException {
    Path data = Path.of("../samples/digits/digits.csv.gz").toAbsolutePath().normalize();
    return Files.writeString(
        folder.resolve("job.yml"),
        """
        name: resume
        data: digits
        model: {type: mlp, inputs: 64, hidden: [32], outputs: 10}
        training: {epochs: 3, learningRate: 0.3, optimizer: momentum}
        strategy: %s
        rounds: {count: %d, selection: %s}
        evaluation: {federated: false, central: true}
        simulation:
          sites: 4
          partition: {type: dirichlet, alpha: 0.5, minSize: 80}
          data: {path: %s, scale: 16, holdout: {every: 5}}
        """
            .formatted(strategy, ROUNDS, selection, data));
  }
}
