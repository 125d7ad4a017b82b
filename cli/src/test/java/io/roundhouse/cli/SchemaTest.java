package io.roundhouse.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.roundhouse.jobfile.JobFile;
import io.roundhouse.jobfile.Overrides;
import io.roundhouse.jobfile.SpecFile;
import io.roundhouse.terminal.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Schema and reader say the same, as far as a schema can. */
class SchemaTest {
  private static final int FEWEST_REFUSED = 60;

  private final JobSchema schema = new JobSchema();

  @Test
  void theCommandPrintsIt() {
    CommandRun run = CommandRun.of("schema");

    assertThat(run.exitCode()).isEqualTo(0);
    assertThat(run.out())
        .startsWith("{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\"")
        .isEqualTo(new String(SchemaCommand.schema(), UTF_8));
  }

  @Test
  void theDemosJobPassesBoth() throws IOException {
    passes(Files.readString(Path.of("../samples/digits/job.yml")));
  }

  @Test
  void theSampleWithImagesPassesBoth() throws IOException {
    passes(Files.readString(Path.of("../samples/fashion-mnist/job.yml")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"program-numpy", "program-pytorch", "program-tensorflow"})
  void theSamplesOfProgramsPassBoth(String sample) {
    Path job = Path.of("../samples").resolve(sample).resolve("job.yml");
    assertThat(schema.problems(SpecFile.read(job).tree())).isEmpty();
    assertThat(isRefused(SpecFile.read(job))).isFalse();
  }

  @Test
  void theTemplatePassesBoth() throws IOException {
    passes(template());
  }

  @Test
  void theStartOfTheCatalogueAndEveryKindPassBoth() {
    passes(MalformedSpec.START);
    passes(MalformedSpec.START + "rounds: {late: fold, selection: {type: fraction}}\n");
    passes(MalformedSpec.START + "strategy: {type: fedadam, tau: 0.5}\ntraining:\nseed:\n");
  }

  @Test
  void theReaderRefusesWhatTheSchemaRefuses() {
    List<String> refused = new ArrayList<>();
    for (MalformedSpec spec : MalformedSpec.all()) {
      try {
        SpecFile file = SpecFile.parse(Path.of("job.yml"), spec.text());
        boolean schemaRefuses = !schema.problems(file.tree()).isEmpty();
        boolean readerRefuses = isRefused(file);
        assertThat(readerRefuses).as(spec.name()).isTrue();
        if (schemaRefuses) {
          refused.add(spec.name());
        }
      } catch (Failure notYaml) {
        assertThat(notYaml).hasMessageStartingWith("1 problem:");
      }
    }
    assertThat(refused)
        .hasSizeGreaterThan(FEWEST_REFUSED)
        .contains("a typo in a key", "a share above one", "only a key of another partition");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "training: {epochs: 0}",
        "training: {epochs: 100001}",
        "training: {learningRate: 1001}",
        "strategy: {type: fedavg, tau: 0.1}",
        "strategy: {type: fedadam, beta1: 1}",
        "rounds: {late: {type: fold, size: 3}}",
        "rounds: {late: {type: buffer}}",
        "rounds: {late: buffer}",
        "rounds: {heartbeat: 5}",
        "rounds: {required: [null]}",
        "updates: {failAbove: 1.1}",
        "approval: {every: -1}",
        "training: {trainer: program, program: x, parameters: {a: [1]}}",
        "seed: 9223372036854775808"
      })
  void bothRefuse(String line) {
    SpecFile file = SpecFile.parse(Path.of("job.yml"), MalformedSpec.START + line + "\n");

    assertThat(schema.problems(file.tree())).isNotEmpty();
    assertThat(isRefused(file)).isTrue();
  }

  @Test
  void everyKeyHasADescription() {
    List<String> without = new ArrayList<>();
    properties(
        JobSchema.tree(),
        (key, value) -> {
          if (!value.has("description") && !value.has("$ref")) {
            without.add(key);
          }
        });
    assertThat(without).isEmpty();
  }

  @Test
  void theTemplateNamesEveryKey() throws IOException {
    SortedSet<String> keys = new TreeSet<>();
    properties(JobSchema.tree(), (key, value) -> keys.add(key));
    List<String> named =
        Pattern.compile("\\w+(?=:)").matcher(template()).results().map(MatchResult::group).toList();

    assertThat(keys).hasSizeGreaterThan(80);
    assertThat(named).containsAll(keys);
  }

  private interface Visitor {
    void visit(String key, JsonNode value);
  }

  /** Visits each property of the schema, however deep. */
  private static void properties(JsonNode node, Visitor visitor) {
    JsonNode properties = node.path("properties");
    for (Map.Entry<String, JsonNode> property : properties.properties()) {
      visitor.visit(property.getKey(), property.getValue());
      properties(property.getValue(), visitor);
    }
    for (Map.Entry<String, JsonNode> definition : node.path("$defs").properties()) {
      properties(definition.getValue(), visitor);
    }
    node.path("anyOf").forEach(kind -> properties(kind, visitor));
  }

  private void passes(String text) {
    SpecFile file = SpecFile.parse(Path.of("job.yml"), text);
    assertThat(schema.problems(file.tree())).isEmpty();
    JobFile.read(file, new Overrides());
  }

  private static boolean isRefused(SpecFile file) {
    try {
      JobFile.read(file, new Overrides());
      return false;
    } catch (Failure refused) {
      return true;
    }
  }

  private static String template() throws IOException {
    try (InputStream resource = requireNonNull(InitCommand.class.getResourceAsStream("job.yml"))) {
      return new String(resource.readAllBytes(), UTF_8).replace("${digits}", "digits.csv.gz");
    }
  }
}
