package io.roundhouse.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.roundhouse.jobfile.JobFile;
import io.roundhouse.jobfile.Overrides;
import io.roundhouse.jobfile.SpecFile;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.Failure;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SpecFuzzTest {
  private static final int SPECS = 20_000;
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\n]]");
  private static final int MOST_PROBLEMS = 101;
  private static final int LONGEST_LINE = 1_000;
  private static final long MOST_MEMORY = 16 << 20;
  private static final long MEMORY_OF_A_CHARACTER = 1_000;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final JobSchema schema = new JobSchema();
  private final Path file;

  SpecFuzzTest(@TempDir Path folder) {
    this.file = folder.resolve("job.yml");
  }

  @Test
  @Timeout(300)
  void readsEachSpecAsTheSchemaDoesOrRefusesItInWords() throws IOException {
    List<String> others = new ArrayList<>(List.of(MalformedSpec.START));
    for (String job : List.of("digits", "fashion-mnist")) {
      others.add(Files.readString(Path.of("../samples", job, "job.yml")));
    }
    MalformedSpec.all().forEach(spec -> others.add(spec.text()));
    int accepted = 0;
    for (int seed = 0; seed < SPECS; seed++) {
      String text = new RandomSpec(seed, others).text();
      try {
        accepted += isAccepted(text) ? 1 : 0;
      } catch (RuntimeException | Error e) {
        String start = text.substring(0, Math.min(text.length(), 2_000));
        throw new AssertionError("seed " + seed + ", the spec:\n" + start, e);
      }
    }
    assertThat(accepted).isBetween(SPECS / 10, SPECS / 2);
    try (Stream<Path> left = Files.list(requireNonNull(file.getParent()))) {
      assertThat(left).isEmpty();
    }
  }

  private boolean isAccepted(String text) {
    long before = threads.getCurrentThreadAllocatedBytes();
    Optional<SpecFile> accepted = Optional.empty();
    try {
      SpecFile spec = SpecFile.parse(file, text);
      JobFile.read(spec, new Overrides());
      accepted = Optional.of(spec);
    } catch (Failure e) {
      assertThat(e.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
      String message = String.valueOf(e.getMessage());
      assertThat(message).doesNotContain("Exception");
      assertThat(CONTROL.matcher(message).find()).as("control characters").isFalse();
      List<String> lines = message.lines().toList();
      assertThat(lines).hasSizeBetween(2, MOST_PROBLEMS + 1);
      assertThat(lines.get(0)).matches("1 problem:|\\d+ problems:");
      for (String line : lines.subList(1, lines.size())) {
        assertThat(line).startsWith("  " + file + ":").hasSizeLessThan(LONGEST_LINE);
      }
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before)
        .as("allocated bytes")
        .isLessThan(MOST_MEMORY + MEMORY_OF_A_CHARACTER * text.length());
    accepted.ifPresent(
        spec -> assertThat(schema.problems(spec.tree())).as("what the schema refuses").isEmpty());
    return accepted.isPresent();
  }
}
