package io.roundhouse.operate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roundhouse.operate.ArtifactCopy.Copied;
import io.roundhouse.storage.ArtifactMissingException;
import io.roundhouse.storage.StoredObject;
import io.roundhouse.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactCopyTest {
  private static final String PREFIX = "demo/digits/";

  private final Path folder;
  private final List<String> fetched = new ArrayList<>();
  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

  ArtifactCopyTest(@TempDir Path temporary) {
    folder = temporary.resolve("copy");
  }

  @Test
  void fetchesOnlyWhatIsNotThere() throws IOException {
    assertThat(copy("report.html", "rounds/00001/global.safetensors"))
        .isEqualTo(new Copied(0, 2 * 5));
    Files.writeString(folder.resolve("report.html"), "half");

    assertThat(copy("report.html", "rounds/00001/global.safetensors")).isEqualTo(new Copied(0, 5));

    assertThat(fetched)
        .containsExactly("report.html", "rounds/00001/global.safetensors", "report.html");
    assertThat(folder.resolve("report.html")).hasContent("whole");
  }

  /** A job that runs removes updates once they have been aggregated. */
  @Test
  void goesOnWhereTheJobRemovedSomethingMeanwhile() throws IOException {
    assertThat(copy("a", "rounds/00001/updates/gone.1.safetensors", "z"))
        .isEqualTo(new Copied(1, 2 * 5));

    assertThat(folder.resolve("a")).exists();
    assertThat(folder.resolve("z")).exists();
    assertThat(folder.resolve("rounds/00001/updates")).isEmptyDirectory();
  }

  @Test
  void writesNothingOutsideOfTheFolder() {
    assertThatThrownBy(() -> copy("../../elsewhere"))
        .hasMessageContaining("an artifact's path leads elsewhere: demo/digits/../../elsewhere");
    assertThat(fetched).isEmpty();
  }

  private Copied copy(String... names) throws IOException {
    Terminal terminal = new Terminal(new PrintStream(shown, true, UTF_8), false, false);
    List<StoredObject> objects =
        List.of(names).stream().map(name -> new StoredObject(PREFIX + name, 5)).toList();
    return new ArtifactCopy(this::fetch, terminal).copy(objects, PREFIX, folder);
  }

  private void fetch(String path, Path file) {
    if (path.contains("gone")) {
      throw new ArtifactMissingException(path);
    }
    fetched.add(path.substring(PREFIX.length()));
    try {
      Files.writeString(file, "whole");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
