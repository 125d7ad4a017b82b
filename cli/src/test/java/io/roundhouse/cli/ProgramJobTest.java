package io.roundhouse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that programs train, as a person runs them. */
@Timeout(600)
class ProgramJobTest {
  private static final Path SAMPLE = Path.of("../samples/program-numpy").toAbsolutePath();

  private final Path folder;

  ProgramJobTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /** Its sites are killed on the way and go on from their checkpoints: the model is the same. */
  @Test
  void theSampleLearnsAndFaultsDoNotChangeItsModel() throws IOException {
    Optional<String> python = python();
    if (python.isEmpty()) {
      System.out.println("no Python with NumPy: the sample program-numpy is not run");
    }
    assumeTrue(python.isPresent(), "no Python with NumPy");
    Path job =
        job(
            Files.readString(SAMPLE.resolve("job.yml"))
                .replace("python3,", python.orElseThrow() + ",")
                .replace("./mlp.py", SAMPLE.resolve("mlp.py").toString())
                .replace("../digits/", SAMPLE.resolve("../digits").normalize() + "/"));

    CommandRun run =
        CommandRun.of(
            "simulate",
            job.toString(),
            "--rounds",
            "4",
            "--faults",
            "1",
            "--output",
            "json",
            "--out",
            folder.resolve("out").toString());

    assertThat(run.exitCode()).as(run.err()).isEqualTo(0);
    assertThat(run.err())
        .contains("program mlp", "killed in mid-training", "same digest as the undisturbed run");
    JsonNode document = new ObjectMapper().readTree(run.out());
    assertThat(document.get("state").asText()).isEqualTo("COMPLETED");
    assertThat(document.get("accuracy").asDouble()).isGreaterThan(0.6);
  }

  @Test
  void aFailingProgramSaysWhyAtOnce() throws IOException {
    Path job =
        job(
            """
            name: failing
            data: rows
            model: {type: tensors, tensors: {w: [1, 2]}}
            training: {trainer: program, program: broken}
            rounds: {count: 1, heartbeat: 30s}
            evaluation: {federated: false}
            simulation:
              sites: 2
              data: {path: %s, holdout: {every: 5}}
              programs: {broken: {command: [sh, -c, 'echo no luck today >&2; touch result.json update.safetensors']}}
            """
                .formatted(SAMPLE.resolve("../digits/digits.csv.gz")));

    CommandRun run =
        CommandRun.of("simulate", job.toString(), "--out", folder.resolve("out").toString());

    assertThat(run.exitCode()).isNotEqualTo(0);
    assertThat(run.err()).contains("the program's result.json cannot be read");
  }

  @Test
  void listsWhatIsWrongWithPrograms() throws IOException {
    Path job =
        job(
            """
            name: wrong
            data: rows
            model: {type: tensors, tensors: {w: [1, 2]}}
            training: {trainer: program, program: softmax}
            simulation:
              data: {folder: scans}
              programs:
                softmx: {command: [roundhouse-absent]}
                other: {command: [sh, ./absent.sh], gpus: 1}
            """);

    CommandRun run = CommandRun.of("validate", job.toString());

    assertThat(run.exitCode()).isNotEqualTo(0);
    assertThat(run.err())
        .contains(
            "5 problems:",
            "simulation.data: is a folder, but a simulation needs rows",
            "simulation.programs.softmax: is missing, perhaps you should bind",
            "simulation.programs.softmx: there is no executable roundhouse-absent",
            "simulation.programs.other: there is no file " + folder.resolve("absent.sh"),
            "simulation.programs.other.gpus: must be 0");
  }

  @Test
  void cannotCompareProgramsWithOneSiteAlone() {
    CommandRun run = CommandRun.of("simulate", SAMPLE.resolve("job.yml").toString(), "--compare");

    assertThat(run.exitCode()).isNotEqualTo(0);
    assertThat(run.err()).contains("--compare: trains by a training engine");
  }

  private Path job(String yaml) throws IOException {
    return Files.writeString(folder.resolve("job.yml"), yaml);
  }

  /** One that has NumPy: the virtual environment of CI, or a system's. */
  private static Optional<String> python() {
    return Stream.of("../.tools/bin/python", "python3", "/usr/bin/python3")
        .map(name -> name.startsWith("..") ? Path.of(name).toAbsolutePath().toString() : name)
        .filter(ProgramJobTest::hasNumpy)
        .findFirst();
  }

  private static boolean hasNumpy(String python) {
    try {
      return new ProcessBuilder(python, "-c", "import numpy")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
