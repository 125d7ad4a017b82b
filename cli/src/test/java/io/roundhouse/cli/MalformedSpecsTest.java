package io.roundhouse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MalformedSpecsTest {
  private final Path file;

  MalformedSpecsTest(@TempDir Path folder) {
    this.file = folder.resolve("job.yml");
  }

  static List<MalformedSpec> specs() {
    return MalformedSpec.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("specs")
  void validateListsEveryProblemWithItsPlace(MalformedSpec spec) throws IOException {
    Files.writeString(file, spec.text());

    CommandRun run = CommandRun.of("validate", file.toString());

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    List<String> lines = run.err().lines().toList();
    assertThat(lines.get(0))
        .isEqualTo(
            spec.problems().size() == 1
                ? "roundhouse: 1 problem:"
                : "roundhouse: " + spec.problems().size() + " problems:");
    assertThat(lines.stream().skip(1).map(this::withoutFile))
        .containsExactlyElementsOf(spec.problems());
    assertThat(lines).allSatisfy(line -> assertThat(line).doesNotContain("\tat ", "Exception"));
  }

  @Test
  void theStartOfTheOthersIsFine() throws IOException {
    Files.writeString(file, MalformedSpec.START);

    assertThat(CommandRun.of("validate", file.toString()).exitCode()).isEqualTo(0);
    assertThat(specs()).extracting(MalformedSpec::name).doesNotHaveDuplicates();
    assertThat(specs()).hasSizeGreaterThan(100);
  }

  /** {@code line:column: problem}; a problem of the whole file has neither. */
  private String withoutFile(String line) {
    assertThat(line).startsWith("  " + file + ":");
    return line.substring(2 + file.toString().length() + 1).strip();
  }
}
