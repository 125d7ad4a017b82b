package io.roundhouse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** What a person sees who made a mistake, at the prompt and in what the job leaves. */
@Timeout(120)
class MistakesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;

  MistakesTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void writeRows() throws IOException {
    rows("a.csv", 40, 4, 1);
    rows("few.csv", 3, 4, 1);
    rows("wide.csv", 40, 5, 1);
    rows("huge.csv", 40, 4, 3e37);
  }

  private void rows(String name, int count, int width, double size) throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder text = new StringBuilder();
    for (int row = 0; row < count; row++) {
      for (int i = 0; i < width; i++) {
        text.append(String.format(Locale.ROOT, "%.3g,", random.nextDouble() * size));
      }
      text.append(random.nextInt(2)).append('\n');
    }
    Files.writeString(folder.resolve(name), text);
  }

  /** A job with the sites {@code a} and {@code b}, which are fine, and {@code c}. */
  private CommandRun simulate(String file, String more, String... options) throws IOException {
    return run(
        """
        name: mistake
        data: rows
        model: {type: mlp, inputs: 4, outputs: 2}
        rounds: {count: 2, quorum: 2}
        %s
        simulation:
          data: {path: a.csv}
          sites:
            a: {path: a.csv, holdout: {every: 5}}
            b: {path: a.csv, holdout: {every: 5}}
            c: {path: %s, holdout: {every: 5}}
        """
            .formatted(more, file),
        options);
  }

  private CommandRun run(String job, String... options) throws IOException {
    Path file = Files.writeString(folder.resolve("job.yml"), job);
    String[] arguments = new String[options.length + 4];
    arguments[0] = "simulate";
    arguments[1] = file.toString();
    arguments[2] = "--out";
    arguments[3] = folder.resolve("out").toString();
    System.arraycopy(options, 0, arguments, 4, options.length);
    return CommandRun.of(arguments);
  }

  private String left(String name) throws IOException {
    return Files.readString(folder.resolve("out/roundhouse/default/mistake").resolve(name));
  }

  @Test
  void typosInTheTypeOfTheModelAndTheNameOfTheTrainerAreAllNamedAtOnce() throws IOException {
    CommandRun run =
        run(
            """
            name: mistake
            data: rows
            model: {type: mpl, inputs: 4, outputs: 2}
            training: {trainer: dl4}
            simulation: {data: {path: a.csv}}
            """);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("2 problems:", "job.yml:3:9: model.type: ", "perhaps you should write mlp")
        .contains("job.yml:4:12: training.trainer: ", "perhaps you should write dl4j");
  }

  @Test
  void aMissingFileOfOneSiteIsNamed() throws IOException {
    CommandRun run = simulate("absent.csv", "");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .isEqualTo(
            "roundhouse: there is no file "
                + folder.resolve("absent.csv")
                + ", perhaps you should check the data set's path\n");
  }

  @Test
  void aSiteWithoutEnoughRowsIsNamedEverywhereWithTheCure() throws IOException {
    String reason =
        "this site has 2 rows of 'rows' to train on, the job wants at least 10, perhaps you should"
            + " add rows, hold out fewer or lower the job's minExamples";
    CommandRun run = simulate("few.csv", "updates: {minExamples: 10}", "--output", "json");

    assertThat(run.exitCode()).as(run.err()).isEqualTo(0);
    assertThat(run.err()).containsOnlyOnce("       c unfit: " + reason + "\n");
    for (JsonNode round : JSON.readTree(run.out()).get("perRound")) {
      JsonNode exclusion = round.get("exclusions").get(0);
      assertThat(exclusion.get("site").asText()).isEqualTo("c");
      assertThat(exclusion.get("cause").asText()).isEqualTo("UNFIT");
      assertThat(exclusion.get("reason").asText()).isEqualTo(reason);
    }
    assertThat(left("metrics.csv").lines().skip(1))
        .hasSize(3)
        .allMatch(line -> line.endsWith(",1,\"c unfit: " + reason + "\""));
    assertThat(left("report.html")).contains("the job wants at least 10, perhaps you should");
    assertThat(left("rounds/00002/manifest.json")).contains("UNFIT", reason);
  }

  @Test
  void sitesThatCannotTakePartEndTheJobAtOnceAndShareALine() throws IOException {
    CommandRun run =
        simulate("few.csv", "updates: {minExamples: 50}", "--rounds", "9", "--output", "json");
    String reason =
        "this site has 32 rows of 'rows' to train on, the job wants at least 50, perhaps you"
            + " should add rows, hold out fewer or lower the job's minExamples";

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains("the job default/mistake failed: 3 of 3 sites cannot take part\n")
        .contains("\n  a, b: " + reason + "\n")
        .contains("\n  c: this site has 2 rows of 'rows'");
    assertThat(JSON.readTree(run.out()).get("state").asText()).isEqualTo("FAILED");
    assertThat(JSON.readTree(run.out()).get("reason").asText()).contains(reason);
    assertThat(left("final/manifest.json")).contains("FAILED", "a, b: this site has 32 rows");
  }

  @Test
  void rowsThatDoNotFitTheModelAreNamed() throws IOException {
    CommandRun run = simulate("wide.csv", "");

    assertThat(run.exitCode()).as(run.err()).isEqualTo(0);
    assertThat(run.out())
        .containsOnlyOnce(
            "       c unfit: the model has 4 inputs, but rows have 5 features, perhaps you should"
                + " bind another data set or change the model's inputs\n");
  }

  @Test
  void aTrainingThatDivergesIsNamedWithTheCureAndTheOthersGoOn() throws IOException {
    CommandRun run = simulate("huge.csv", "training: {batch: 16}");

    assertThat(run.exitCode()).as(run.err()).isEqualTo(0);
    assertThat(run.out())
        .contains("       c failed: the training diverged: its loss is NaN after batch ")
        .contains(
            " of epoch 1, perhaps you should lower the learningRate (0.1) or look at the rows\n")
        .contains("       2/3 ");
    assertThat(left("metrics.csv")).contains("c failed: the training diverged");
  }

  @Test
  void anExceptionInTheTrainerIsToldInItsOwnWords() throws IOException {
    Files.writeString(
        folder.resolve("network.json"),
        new NeuralNetConfiguration.Builder()
            .list()
            .layer(
                new OutputLayer.Builder(new LossMCXENT(Nd4j.ones(1, 7)))
                    .nIn(4)
                    .nOut(2)
                    .activation(Activation.SOFTMAX)
                    .build())
            .build()
            .toJson());
    CommandRun run =
        run(
            """
            name: mistake
            data: rows
            model: {type: dl4j, definition: network.json}
            rounds: {count: 2}
            evaluation: {federated: false}
            simulation:
              sites: 2
              data: {path: a.csv}
            """);

    assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
    assertThat(run.err())
        .contains("the job default/mistake failed: round 1 needs updates from 2 of 2 sites")
        .contains("IllegalStateException: Weights vector (length 7) does not match")
        .contains("perhaps you should check the model and how it is trained")
        .doesNotContain("\tat ");
    assertThat(left("final/manifest.json")).contains("Weights vector (length 7)");
  }

  @Test
  void aModelThatDoesNotFitIntoMemoryIsRefusedAtOnce() throws IOException {
    CommandRun run =
        run(
            """
            name: mistake
            data: rows
            model: {type: mlp, inputs: 4, hidden: [10000000, 10000000], outputs: 2}
            simulation: {sites: 2, data: {path: a.csv}}
            """);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("roundhouse: model: the model has 100000080000002 parameters, but only ")
        .endsWith("perhaps you should give the JVM a larger heap (-Xmx) or use narrower layers\n");
  }

  @Test
  void aDefinitionThatIsNoneIsRefusedAtOnce() throws IOException {
    Files.writeString(folder.resolve("network.json"), "{\"confs\": 3}");
    CommandRun run =
        run(
            """
            name: mistake
            data: rows
            model: {type: dl4j, definition: network.json}
            simulation: {sites: 2, data: {path: a.csv}}
            """);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err())
        .startsWith("roundhouse: model: the model's DL4J definition cannot be used: ")
        .contains("perhaps you should write it with MultiLayerConfiguration.toJson()");
  }
}
