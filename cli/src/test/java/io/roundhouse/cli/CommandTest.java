package io.roundhouse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTest {
  private static final List<String> COMMANDS =
      List.of(
          "demo",
          "init",
          "validate",
          "schema",
          "simulate",
          "up",
          "bench",
          "dist",
          "submit",
          "list",
          "status",
          "show",
          "watch",
          "logs",
          "pause",
          "resume",
          "abort",
          "change",
          "join",
          "leave",
          "suspend",
          "restore",
          "late",
          "rewind",
          "approve",
          "clone",
          "delete",
          "download",
          "schedule",
          "sites",
          "provision",
          "enroll",
          "kit",
          "preflight",
          "server",
          "site",
          "completion",
          "version",
          "help");

  private final Path folder;

  CommandTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "help", "--help", "-h"})
  void helpListsAllCommands(String argument) {
    CommandRun run = argument.isEmpty() ? CommandRun.of() : CommandRun.of(argument);

    assertThat(run.exitCode()).isEqualTo(0);
    assertThat(run.err()).isEmpty();
    for (String command : COMMANDS) {
      assertThat(run.out()).containsPattern("(?m)^ +" + command + " +[A-Z]");
    }
    assertThat(run.out()).doesNotContain("warm-up");
    assertThat(Main.commandLine().getSubcommands())
        .extractingFromEntries(Map.Entry::getKey)
        .filteredOn(command -> !command.equals("warm-up"))
        .containsExactlyElementsOf(COMMANDS);
  }

  @Test
  void everyCommandHasHelp() {
    for (String command : COMMANDS) {
      CommandRun option = CommandRun.of(command, "--help");
      CommandRun help = CommandRun.of("help", command);

      assertThat(option.exitCode()).as(command).isEqualTo(0);
      assertThat(option.out()).startsWith("Usage: roundhouse " + command);
      assertThat(help).as(command).isEqualTo(option);
    }
  }

  @Test
  void anUnknownCommandIsAnErrorWithASuggestion() {
    for (CommandRun run :
        List.of(CommandRun.of("simulat", "job.yml"), CommandRun.of("help", "simulat"))) {
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).startsWith("roundhouse: ").contains("'simulat'", "write simulate");
    }
  }

  @Test
  void anUnknownOptionIsAnErrorWithASuggestion() {
    CommandRun validate = CommandRun.of("validate", "--stacktracee", "job.yml");
    CommandRun demo = CommandRun.of("demo", "--ronds", "3");

    assertThat(validate.exitCode()).isEqualTo(2);
    assertThat(validate.err()).contains("'--stacktracee'", "write --stacktrace");
    assertThat(demo.exitCode()).isEqualTo(2);
    assertThat(demo.err().lines())
        .containsExactly(
            "roundhouse: 1 problem:",
            "  there is no option '--ronds', perhaps you should write --rounds");
  }

  @ParameterizedTest
  @ValueSource(strings = {"lots", "1.5", "9223372036854775808", ""})
  void faultsAreDrawnFromAWholeNumber(String number) {
    CommandRun demo = CommandRun.of("demo", "--faults", number, "--sites", "none");

    assertThat(demo.exitCode()).isEqualTo(2);
    assertThat(demo.out()).isEmpty();
    assertThat(demo.err().lines())
        .containsExactly(
            "roundhouse: 2 problems:",
            "  --faults: must be a whole number from -9223372036854775808 to 9223372036854775807,"
                + " not '"
                + number
                + "'",
            "  --sites: must be a whole number from 1 to 2000, not 'none'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"up", "bench federation"})
  void servicesThatCannotBeMeantAreAllNamed(String command) {
    List<String> line = new ArrayList<>(List.of(command.split(" ")));
    line.addAll(List.of("--temporal", "here:99999", "--store", "http://127.0.0.1:1"));
    CommandRun run = CommandRun.of(line.toArray(String[]::new));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains(
            "--temporal: must be a host and a port from 1 to 65535, not 'here:99999'",
            "--store: there are no keys for 'http://127.0.0.1:1', perhaps you should set"
                + " ROUNDHOUSE_STORE_ACCESS_KEY and ROUNDHOUSE_STORE_SECRET_KEY");
  }

  @Test
  void distNamesThePlatformsThatThereAre() {
    CommandRun run = CommandRun.of("dist", "linux-arm");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .isEqualToNormalizingNewlines(
            "roundhouse: there is no Roundhouse for 'linux-arm', perhaps you should write"
                + " linux-x86_64, linux-arm64, macosx-x86_64 or macosx-arm64\n");
  }

  @Test
  void theJobFileIsJobYmlUnlessNamed() {
    CommandRun run = CommandRun.of("validate");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("job.yml: there is no such file");
  }

  @Test
  void initWritesAJobFileThatValidates() {
    Path file = folder.resolve("job.yml");

    CommandRun init = CommandRun.of("init", file.toString());
    CommandRun validate = CommandRun.of("validate", file.toString());

    assertThat(init.exitCode()).as(init.err()).isEqualTo(0);
    assertThat(init.out()).startsWith("wrote " + file);
    assertThat(validate.exitCode()).as(validate.err()).isEqualTo(0);
    assertThat(validate.out())
        .isEqualTo(file + " is fine: default/my-job, fedavg over 8 sites, 10 rounds\n");
    assertThat(validate.err()).isEmpty();
    assertThat(folder.resolve("job.schema.json")).hasBinaryContent(SchemaCommand.schema());
  }

  @Test
  void initLeavesASchemaThatIsThereAloneUnlessForced() throws IOException {
    Path schema = Files.writeString(folder.resolve("job.schema.json"), "{}");
    String file = folder.resolve("job.yml").toString();

    assertThat(CommandRun.of("init", file).exitCode()).isEqualTo(0);
    assertThat(schema).hasContent("{}");

    assertThat(CommandRun.of("init", "--force", file).exitCode()).isEqualTo(0);
    assertThat(schema).hasBinaryContent(SchemaCommand.schema());
  }

  @Test
  void initNamesTheDataOfTheSampleFromWhereTheFileIs() throws IOException {
    Path file = Files.createDirectories(folder.resolve("a/b")).resolve("job.yml");

    assertThat(CommandRun.of("init", file.toString()).exitCode()).isEqualTo(0);

    String path =
        Files.readAllLines(file).stream()
            .filter(line -> line.contains(" path: ") && !line.contains("#"))
            .map(line -> line.substring(line.indexOf(": ") + 2))
            .findFirst()
            .orElseThrow();
    assertThat(file.resolveSibling(path)).exists();
  }

  @Test
  void initDoesNotOverwrite() throws IOException {
    Path file = Files.writeString(folder.resolve("job.yml"), "mine");

    CommandRun run = CommandRun.of("init", file.toString());

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .isEqualTo(
            "roundhouse: "
                + file
                + " is there already, perhaps you should name another file or add --force\n");
    assertThat(file).hasContent("mine");

    assertThat(CommandRun.of("init", "--force", file.toString()).exitCode()).isEqualTo(0);
    assertThat(Files.readString(file)).contains("kind: FederatedJob");
  }

  @Test
  void initSaysWhereItCannotWrite() {
    Path file = folder.resolve("absent/job.yml");

    CommandRun run = CommandRun.of("init", file.toString());

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(file + " cannot be written, perhaps you should check");
  }

  @Test
  void validateListsEveryProblem() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("job.yml"),
            """
            name: Broken
            data: digits
            model:
              type: mlp
              inputs: none
              outputs: 10
            strategy: fedavgg
            simulation:
              sites: 0
              data: {path: a.csv}
            """);

    CommandRun run = CommandRun.of("validate", file.toString());

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines())
        .containsExactly(
            "roundhouse: 4 problems:",
            "  "
                + file
                + ":1:1: name: must be 1 to 63 lower-case letters, digits and inner"
                + " dashes, not 'Broken'",
            "  "
                + file
                + ":5:3: model.inputs: must be a whole number from 1 to 10000000, not"
                + " 'none'",
            "  "
                + file
                + ":7:1: strategy.type: must be fedadam, fedavg or fedmedian, not"
                + " 'fedavgg', perhaps you should write fedavg",
            "  "
                + file
                + ":9:3: simulation.sites: must be a whole number from 1 to 2000, not"
                + " '0'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"version", "--version", "-V"})
  void versionShowsWhatRuns(String asked) {
    CommandRun run = CommandRun.of(asked);

    assertThat(run.exitCode()).isEqualTo(0);
    assertThat(run.out().lines().map(line -> line.substring(0, line.indexOf(' '))))
        .containsExactly("roundhouse", "java", "system", "processors");
    assertThat(run.out()).contains(Runtime.version().toString(), System.getProperty("os.arch"));
  }

  @Test
  void completionIsAFunctionOfTheShell() {
    CommandRun run = CommandRun.of("completion");

    assertThat(run.exitCode()).isEqualTo(0);
    assertThat(run.out())
        .startsWith("#!/usr/bin/env bash")
        .contains("function _complete_roundhouse() {")
        .contains("complete -F _complete_roundhouse");
    for (String command : COMMANDS) {
      assertThat(run.out()).contains("function _picocli_roundhouse_" + command + "() {");
    }
  }

  @ParameterizedTest
  @MethodSource
  void samplesAreValid(Path file) {
    CommandRun run = CommandRun.of("validate", file.toString());

    assertThat(run.exitCode()).as(run.err()).isEqualTo(0);
    assertThat(run.out()).startsWith(file + " is fine: ");
  }

  static List<Path> samplesAreValid() throws IOException {
    try (Stream<Path> folders = Files.list(Path.of("../samples")).filter(Files::isDirectory)) {
      List<Path> files = folders.map(sample -> sample.resolve("job.yml")).sorted().toList();
      assertThat(files).contains(Path.of("../samples/digits/job.yml"));
      return files;
    }
  }
}
