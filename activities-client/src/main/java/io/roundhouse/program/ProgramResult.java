package io.roundhouse.program;

import static java.util.Objects.requireNonNull;

import io.roundhouse.storage.CorruptArtifactException;
import io.roundhouse.storage.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a program says at its end, as it stands in {@code result.json}.
 *
 * @param examples rows it trained on in an epoch, or evaluated on
 * @param loss mean loss
 * @param accuracy share of rows classified rightly, 0 to 1
 */
public record ProgramResult(
    Optional<Long> examples, Optional<Double> loss, Optional<Double> accuracy) {
  private static final int MOST_BYTES = 64 << 10;
  private static final long MOST_EXAMPLES = 1_000_000_000;

  public ProgramResult {
    requireNonNull(examples, "examples is null");
    requireNonNull(loss, "loss is null");
    requireNonNull(accuracy, "accuracy is null");
  }

  /**
   * Reads the file.
   *
   * @param fewest examples that there must be
   * @throws ProgramException if it is missing, or not what it should be
   */
  static ProgramResult read(Path file, long fewest) {
    ProgramResult result = read(file);
    long examples = result.examples.orElseThrow(() -> wrong("has no 'examples'"));
    if (examples < fewest || examples > MOST_EXAMPLES) {
      throw wrong("has %d examples, not %d to %d".formatted(examples, fewest, MOST_EXAMPLES));
    }
    if (result.loss.filter(loss -> !Double.isFinite(loss)).isPresent()) {
      throw wrong("has a loss that is not finite");
    }
    if (result.accuracy.filter(share -> !(share >= 0 && share <= 1)).isPresent()) {
      throw wrong("has an accuracy that is not from 0 to 1");
    }
    return result;
  }

  private static ProgramResult read(Path file) {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw ProgramException.permanent(
          "the program left no result.json, perhaps it should write one with its number of"
              + " examples");
    }
    try (InputStream bytes = Files.newInputStream(file)) {
      byte[] json = bytes.readNBytes(MOST_BYTES + 1);
      if (json.length > MOST_BYTES) {
        throw wrong("is larger than 64 KB");
      }
      return Json.read(json, ProgramResult.class);
    } catch (CorruptArtifactException | IOException e) {
      throw wrong("cannot be read: " + e.getMessage());
    }
  }

  private static ProgramException wrong(String what) {
    return ProgramException.permanent(
        "the program's result.json "
            + what
            + ", perhaps it should write {\"examples\": …, \"loss\": …, \"accuracy\": …}");
  }
}
