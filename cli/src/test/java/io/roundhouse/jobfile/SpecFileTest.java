package io.roundhouse.jobfile;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.roundhouse.spec.Problem;
import io.roundhouse.terminal.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpecFileTest {
  private static final int MEGABYTE = 1 << 20;
  private static final String TOO_MUCH =
      "more than 1 MiB or 50 levels once its aliases are followed, which no job spec is, perhaps you should write it without aliases";

  private final Path file;

  SpecFileTest(@TempDir Path folder) {
    this.file = folder.resolve("job.yml");
  }

  @Test
  void readsTheDocumentInItsOrder() throws IOException {
    Files.writeString(file, "name: a\nmodel: {type: mlp, inputs: 4}\ndata: digits\n");

    SpecFile read = SpecFile.read(file);

    assertThat(read.tree().keySet()).containsExactly("name", "model", "data");
    assertThat(read.tree()).containsEntry("model", Map.of("type", "mlp", "inputs", 4));
    assertThat(read.folder()).isEqualTo(file.getParent());
  }

  @Test
  void locatesAProblemAtItsKey() {
    SpecFile read = parse("# a comment\nname: a\nrounds:\n    count: 0\n    quorum: 3\n");

    assertThat(
            read.locate(
                List.of(
                    new Problem("rounds.quorum", "is too many"),
                    new Problem("rounds.count", "is none"),
                    new Problem("name", "is short"))))
        .containsExactly(
            file + ":2:1: name: is short",
            file + ":4:5: rounds.count: is none",
            file + ":5:5: rounds.quorum: is too many");
  }

  @Test
  void locatesAMissingKeyAtTheMappingAroundIt() {
    SpecFile read = parse("name: a\nmodel:\n  type: mlp\n");

    assertThat(
            read.locate(
                List.of(
                    new Problem("model.inputs", "is missing"),
                    new Problem("data", "is missing"),
                    new Problem("simulation.data.path", "is missing"))))
        .containsExactly(
            file + ": data: is missing",
            file + ": simulation.data.path: is missing",
            file + ":2:1: model.inputs: is missing");
  }

  @Test
  void cleansAndCutsKeys() {
    SpecFile read = parse("\"\\e[31m\": 1\n" + "k".repeat(900) + ": 2\n");

    List<String> located =
        read.locate(
            read.tree().keySet().stream().map(key -> new Problem(key, "is unknown")).toList());

    assertThat(located)
        .containsExactly(
            file + ": " + "k".repeat(200) + "…: is unknown", file + ":1:1: ?[31m: is unknown");
  }

  @Test
  void locatesKeysOfInlineMappings() {
    SpecFile read = parse("model: {type: mlp, inputs: none}\n");

    assertThat(read.locate(List.of(new Problem("model.inputs", "is not a number"))))
        .containsExactly(file + ":1:20: model.inputs: is not a number");
  }

  @Test
  void listsDuplicateKeys() {
    assertThat(problems("name: a\nrounds: {count: 1}\nname: b\nmodel:\n  type: x\n  type: y\n"))
        .containsExactly(
            file + ":3:1: name: is there twice, perhaps you should delete one",
            file + ":6:3: model.type: is there twice, perhaps you should delete one");
  }

  @Test
  void saysWhereAFileIsNotYaml() {
    assertThat(problems("name: a\nmodel: [1, 2\ndata: b\n"))
        .singleElement()
        .asString()
        .startsWith(file + ":3:5: ");
    assertThat(problems("name: a\n\tdata: b\n")).singleElement().asString().startsWith(file + ":2");
    assertThat(problems("name: \u0001\n"))
        .singleElement()
        .asString()
        .startsWith(file + ": not YAML: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing\n", "- a\n- b\n", "text\n", "42\n", "~\n"})
  void refusesWhatIsNotAMapping(String text) {
    assertThat(problems(text))
        .containsExactly(
            file
                + ": not a mapping of keys to values, perhaps you should start from what"
                + " `roundhouse init` writes");
  }

  @Test
  void refusesSeveralDocuments() {
    assertThat(problems("name: a\n---\nname: b\n"))
        .singleElement()
        .asString()
        .startsWith(file + ":2:1: ");
  }

  @Test
  void refusesTagsThatNameClasses() {
    assertThat(problems("name: !!java.net.URL [\"http://localhost/\"]\n"))
        .singleElement()
        .asString()
        .startsWith(file + ":1:7: ");
  }

  @Test
  void readsAFileOfOneMebibyteAndRefusesALargerOne() throws IOException {
    String start = "name: a\n#";
    Files.writeString(file, start + "x".repeat(MEGABYTE - start.length()));
    assertThat(SpecFile.read(file).tree()).containsExactly(Map.entry("name", "a"));

    Files.writeString(file, start + "x".repeat(MEGABYTE - start.length() + 1));
    assertThatThrownBy(() -> SpecFile.read(file))
        .isInstanceOf(Failure.class)
        .hasMessage(
            "1 problem:\n  "
                + file
                + ": larger than 1 MiB, which no job spec is, perhaps you should check the path");
  }

  @Test
  void refusesAFileThatDoesNotEnd() {
    Path endless = Path.of("/dev/zero");
    assumeTrue(Files.exists(endless), "this system has no /dev/zero");

    assertThatThrownBy(() -> SpecFile.read(endless))
        .isInstanceOf(Failure.class)
        .hasMessage(
            "1 problem:\n  /dev/zero: larger than 1 MiB, which no job spec is, perhaps you should check the path");
  }

  @Test
  void refusesWhatIsNotUtf8() throws IOException {
    Files.write(file, "name: größe\n".getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(() -> SpecFile.read(file))
        .isInstanceOf(Failure.class)
        .hasMessage(
            "1 problem:\n  " + file + ": not UTF-8 text, perhaps you should save it as such");
  }

  @Test
  void readsAByteOrderMark() throws IOException {
    Files.writeString(file, "\uFEFFname: a\n");

    assertThat(SpecFile.read(file).tree()).containsExactly(Map.entry("name", "a"));
  }

  @Test
  void saysThatAFileIsMissing() {
    assertThatThrownBy(() -> SpecFile.read(file))
        .isInstanceOf(Failure.class)
        .hasMessage(
            "1 problem:\n  "
                + file
                + ": there is no such file, perhaps you should check the path or write one with"
                + " `roundhouse init`");
  }

  @Test
  void saysThatAFolderIsNoFile() {
    assertThatThrownBy(() -> SpecFile.read(requireNonNull(file.getParent())))
        .isInstanceOf(Failure.class)
        .hasMessageContaining(": cannot be read (");
  }

  @Test
  void followsAliases() {
    SpecFile read = parse("a: &rows {scale: 16}\nb: *rows\nc: &name x\nd: *name\n");

    assertThat(read.tree()).containsEntry("b", Map.of("scale", 16)).containsEntry("d", "x");
    assertThat(read.locate(List.of(new Problem("b.scale", "is odd"))))
        .containsExactly(file + ":1:11: b.scale: is odd");
  }

  /** Each level is twice, or nine times, the one before. */
  @Test
  void refusesBombsOfAliases() {
    StringBuilder lists = new StringBuilder("l0: &l0 [x, x, x, x, x, x, x, x, x]\n");
    StringBuilder mappings = new StringBuilder("m0: &m0 {a: x, b: x}\n");
    for (int level = 1; level < 30; level++) {
      String list = ("*l" + (level - 1) + ", ").repeat(9);
      lists.append("l%d: &l%d [%s]\n".formatted(level, level, list.substring(0, 34)));
      mappings.append(
          "m%d: &m%d {a: *m%d, b: *m%d}\n".formatted(level, level, level - 1, level - 1));
    }

    assertThat(problems(lists.toString())).singleElement().asString().startsWith(file + ":");
    assertThat(problems(mappings.toString())).singleElement().asString().startsWith(file + ":");
  }

  /** The parser counts aliases of collections only. */
  @Test
  void refusesBombsOfAliasesOfTexts() {
    String text = "text: &t " + "x".repeat(100_000) + "\n";
    String aliases = "[" + "*t, ".repeat(50_000) + "]";

    assertThat(problems(text + "rounds: {required: [" + aliases + "]}\n"))
        .containsExactly(file + ": " + TOO_MUCH);
    assertThat(problems(text + "? " + aliases + "\n: a\n")).containsExactly(file + ": " + TOO_MUCH);
  }

  @Test
  void refusesADocumentThatHoldsItself() {
    String key = "k".repeat(1000);

    assertThat(problems(key + ": &a {" + key + ": *a}\n")).containsExactly(file + ": " + TOO_MUCH);
    assertThat(problems("a: &a [*a]\n")).containsExactly(file + ": " + TOO_MUCH);
  }

  @Test
  void refusesDeepNesting() {
    for (String open : List.of("{a: ", "[")) {
      for (int levels : new int[] {60, 3000, MEGABYTE / 8}) {
        String close = open.equals("[") ? "]" : "}";
        String text = "a: " + open.repeat(levels) + "1" + close.repeat(levels);
        assertThat(problems(text)).as("%s levels", levels).hasSize(1);
      }
    }
  }

  @Test
  void staysSmallWithLongKeys() {
    List<String> lines = new ArrayList<>(List.of("? " + "k".repeat(500_000), ":"));
    for (int key = 0; key < 20_000; key++) {
      lines.add("  k" + key + ": 1");
    }

    SpecFile read = parse(String.join("\n", lines));

    assertThat(read.tree()).hasSize(1);
  }

  private SpecFile parse(String text) {
    return SpecFile.parse(file, text);
  }

  /** The problems of a text that cannot be used, without the line that counts them. */
  private List<String> problems(String text) {
    Failure failure = catchThrowableOfType(Failure.class, () -> parse(text));
    assertThat(failure).as("nothing wrong was found").isNotNull();
    assertThat(failure.exitCode()).isEqualTo(2);
    return String.valueOf(failure.getMessage()).lines().skip(1).map(String::strip).toList();
  }
}
