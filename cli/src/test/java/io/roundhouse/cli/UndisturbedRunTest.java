package io.roundhouse.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Digest;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.EmbeddedStore;
import io.roundhouse.terminal.Failure;
import io.roundhouse.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UndisturbedRunTest {
  private static final Digest ONE = Digest.of(new byte[32]);
  private static final Digest OTHER = Digest.of("another model of 32 bytes, or so".getBytes(UTF_8));

  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private final Terminal terminal = new Terminal(new PrintStream(shown, true, UTF_8), false, false);

  @Test
  void anotherModelIsAFailure(@TempDir Path folder) {
    UndisturbedRun undisturbed = new UndisturbedRun(ONE, List.of());
    try (EmbeddedStore server = EmbeddedStore.start(folder);
        ArtifactStore store = ArtifactStore.connect(server.config())) {
      assertThatThrownBy(() -> undisturbed.requireSame(result(OTHER), store, terminal))
          .isInstanceOfSatisfying(
              Failure.class, failure -> assertThat(failure.exitCode()).isEqualTo(1))
          .hasMessageContaining("not the digest of the undisturbed run, " + ONE);
      assertThat(shown.size()).isEqualTo(0);

      undisturbed.requireSame(result(ONE), store, terminal);
      assertThat(shown.toString(UTF_8))
          .isEqualTo("same digest as the undisturbed run: " + ONE + System.lineSeparator());
    }
  }

  private static JobResult result(Digest model) {
    return new JobResult(
        new JobId("demo", "digits"),
        JobState.COMPLETED,
        "done",
        1,
        Optional.of(new Artifact("demo/digits/rounds/00001/global.safetensors", model, 1)),
        Optional.empty(),
        Optional.empty(),
        0,
        0);
  }
}
