package io.roundhouse.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.roundhouse.spec.InvalidSpecException;
import io.roundhouse.spec.Problem;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataBindingsTest {
  private static final Path BASE = Path.of("/kit/local");

  @Test
  void bindsNamesToFilesAndFolders() {
    assertThat(
            DataBindings.read(
                Map.of(
                    "digits", Map.of("path", "digits.csv", "scale", 16),
                    "scans", Map.of("folder", "/data/scans", "examples", 120)),
                BASE))
        .isEqualTo(
            Map.of(
                "digits",
                new DataBinding.Csv(
                    BASE.resolve("digits.csv"), "last", Optional.empty(), 16, new Split.None()),
                "scans",
                new DataBinding.Folder(Path.of("/data/scans"), 120, 0)));
    assertThat(DataBindings.read(Map.of(), BASE)).isEmpty();
  }

  @Test
  void listsEveryProblemAtOnce() {
    InvalidSpecException invalid =
        catchThrowableOfType(
            InvalidSpecException.class,
            () ->
                DataBindings.read(
                    Map.of(
                        "My Digits", Map.of("path", "digits.csv"),
                        "a", Map.of("format", "parquet"),
                        "b", Map.of("folder", "/data", "label", "last"),
                        "c", "digits.csv",
                        "d", Map.of("pat", "digits.csv")),
                    BASE));

    assertThat(invalid.problems())
        .extracting(Problem::path)
        .containsExactlyInAnyOrder("My Digits", "a.format", "b.label", "c", "d.path", "d.pat");
  }

  @Test
  void aFolderHasNoRows(@TempDir Path folder) {
    DataBinding.Folder there = new DataBinding.Folder(folder, 0, 0);
    there.requireReadable();
    assertThatThrownBy(there::load)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("perhaps you should write trainer: program");
    assertThatThrownBy(
            () -> new DataBinding.Folder(folder.resolve("absent"), 0, 0).requireReadable())
        .isInstanceOf(DataException.class)
        .hasMessageContaining("there is no folder");
  }
}
