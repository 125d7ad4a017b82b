package io.roundhouse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo as a person runs it, and what can go wrong with a job. */
class DemoTest {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static Path folder = Path.of("");
  private static CommandRun demo = new CommandRun(-1, "", "");

  @BeforeAll
  static void runDemo(@TempDir Path empty) {
    folder = empty;
    demo = CommandRun.of("demo", "--rounds", "2", "--output", "json", "--out", folder.toString());
  }

  @Test
  void standardOutputIsOneDocument() throws IOException {
    assertThat(demo.exitCode()).as(demo.err()).isEqualTo(0);
    JsonNode document = JSON.readTree(demo.out());
    assertThat(document.properties())
        .extracting(property -> property.getKey())
        .contains(
            "job",
            "state",
            "rounds",
            "accuracy",
            "loss",
            "bestRound",
            "modelUri",
            "modelSha256",
            "kernel",
            "seconds",
            "perRound");
    assertThat(document.get("job").asText()).isEqualTo("demo/digits");
    assertThat(document.get("state").asText()).isEqualTo("COMPLETED");
    assertThat(document.get("rounds").asInt()).isEqualTo(2);
    assertThat(document.get("accuracy").asDouble()).isBetween(0.5, 1.0);
    assertThat(document.get("loss").asDouble()).isBetween(0.01, 2.0);
    assertThat(document.get("bestRound").asInt()).isBetween(0, 2);
    assertThat(document.get("kernel").asText()).isEqualTo("java");
    assertThat(document.get("seconds").asDouble()).isPositive();
    assertThat(document.get("perRound"))
        .extracting(round -> round.get("round").asInt())
        .containsExactly(0, 1, 2);
    assertThat(document.get("perRound").get(2).get("answered").asInt()).isEqualTo(8);
  }

  @Test
  void peopleReadAlongOnStandardError() {
    assertThat(demo.err())
        .contains("8 sites", "1,437 rows of digits", "2 rounds", "seed 42")
        .contains("Why federate?")
        .contains("report     " + folder.resolve("roundhouse/demo/digits/report.html"));
  }

  @Test
  void theFolderHasEverythingOfTheJob() throws IOException {
    Path job = folder.resolve("roundhouse/demo/digits");

    assertThat(files(job))
        .containsExactlyInAnyOrder(
            "job.yml",
            "versions.json",
            "metrics.csv",
            "report.html",
            "events.out.tfevents.roundhouse",
            "best/manifest.json",
            "final/manifest.json",
            "rounds/00000/global.safetensors",
            "rounds/00000/manifest.json",
            "rounds/00001/global.safetensors",
            "rounds/00001/manifest.json",
            "rounds/00001/updates",
            "rounds/00002/global.safetensors",
            "rounds/00002/manifest.json",
            "rounds/00002/updates");
    for (String round : List.of("00001", "00002")) {
      assertThat(files(job.resolve("rounds").resolve(round).resolve("updates")))
          .hasSize(8)
          .contains("s01.1.safetensors", "s08.1.safetensors");
    }
    assertThat(Files.readAllLines(job.resolve("metrics.csv"))).hasSizeGreaterThanOrEqualTo(4);
    assertThat(Files.readString(job.resolve("report.html"))).contains("<svg", "demo/digits");
    assertThat(job.resolve("events.out.tfevents.roundhouse")).isNotEmptyFile();
  }

  @Test
  void theDigestIsThatOfTheModel() throws IOException, NoSuchAlgorithmException {
    JsonNode document = JSON.readTree(demo.out());
    URI uri = URI.create(document.get("modelUri").asText());
    assertThat(uri).hasScheme("s3").hasPath("/demo/digits/rounds/00002/global.safetensors");

    byte[] model = Files.readAllBytes(folder.resolve(uri.getHost() + uri.getPath()));

    byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(model);
    assertThat(document.get("modelSha256").asText()).isEqualTo(HexFormat.of().formatHex(sha256));
  }

  @Test
  void aJobThatIsThereAlreadyIsLeftAlone() throws IOException {
    Map<Path, String> before = contents();

    CommandRun again =
        CommandRun.of("demo", "--rounds", "3", "--output", "json", "--out", folder.toString());

    assertThat(again.exitCode()).isEqualTo(1);
    assertThat(again.err())
        .contains(
            "the store already has a job demo/digits, perhaps you should give this one another"
                + " name or another store");
    assertThat(again.out())
        .contains("\"state\" : \"FAILED\"")
        .contains("the store already has a job demo/digits")
        .contains("\"perRound\" : [ ]");
    assertThat(contents()).isEqualTo(before);
  }

  @Test
  void aMissingDataFileIsNamed(@TempDir Path other) throws IOException {
    Path job =
        Files.writeString(
            other.resolve("job.yml"),
            """
            name: absent
            data: absent
            model: {type: mlp, inputs: 4, outputs: 2}
            simulation:
              sites: 2
              data: {path: absent.csv}
            """);

    CommandRun run = CommandRun.of("simulate", job.toString(), "--out", other.toString());

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo(
            "roundhouse: there is no file "
                + other.resolve("absent.csv")
                + ", perhaps you should check the data set's path\n");
  }

  @Test
  void faultsOnTheWayDoNotChangeTheModel(@TempDir Path other) throws IOException {
    CommandRun run =
        CommandRun.of(
            "demo",
            "--rounds",
            "2",
            "--faults",
            "6",
            "--output",
            "json",
            "--out",
            other.toString());

    assertThat(run.exitCode()).as(run.err()).isEqualTo(0);
    String sha256 = JSON.readTree(demo.out()).get("modelSha256").asText();
    assertThat(JSON.readTree(run.out()).get("modelSha256").asText()).isEqualTo(sha256);
    assertThat(JSON.readTree(run.out()).get("undisturbedSha256").asText()).isEqualTo(sha256);
    assertThat(run.err())
        .containsPattern("(?m)^  ⚡ round 1: s0\\d killed in mid-training, in epoch \\d$")
        .containsPattern("(?m)^  ↻ round 1: s0\\d is back$")
        .containsPattern("(?m)^  ↻ round 1: s0\\d trains on from epoch \\d$")
        .containsPattern("(?m)^  ⚡ round 1: the aggregation fails (before|while|after) it ")
        .containsPattern("(?m)^  ↻ round 1: the aggregation was done again$")
        .containsPattern("(?m)^  ⚡ round [12]: the workflow worker is lost while ")
        .containsPattern("(?m)^  ↻ round [12]: another workflow worker takes over$")
        .containsPattern("(?m)^  ⚡ round [12]: the store ")
        .contains(
            "\n  10 faults struck: 2 sites killed, 2 aggregations failed, 4 troubles of the store, 2"
                + " workflow workers lost; 1 more found nothing to strike\n")
        .contains("\nsame digest as the undisturbed run: " + sha256 + "\n");
  }

  private static Map<Path, String> contents() throws IOException {
    Map<Path, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(file, Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return contents;
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> Files.isRegularFile(file) || file.endsWith("updates"))
          .filter(file -> !folder.relativize(file).toString().contains("updates/"))
          .filter(file -> !file.equals(folder))
          .map(file -> folder.relativize(file).toString())
          .toList();
    }
  }
}
