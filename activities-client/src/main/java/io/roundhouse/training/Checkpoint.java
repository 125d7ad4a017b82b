package io.roundhouse.training;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Text;
import io.roundhouse.storage.SafetensorsFile;
import io.roundhouse.storage.SafetensorsWriter;
import io.roundhouse.storage.StorageException;
import io.roundhouse.storage.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A local file, in safetensors form, from which a training goes on after a crash.
 *
 * @param file where; its folder must exist
 * @param fingerprint of the training; a file of another training is not used
 */
public record Checkpoint(Path file, String fingerprint) {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);
  private static final String FINGERPRINT = "fingerprint";
  private static final String EPOCHS = "epochs";
  private static final String STEPS = "steps";

  /**
   * How far a training is.
   *
   * @param epochs finished epochs
   * @param steps finished batches
   * @param tensors the engine's own: weights and state of the optimizer
   */
  record State(int epochs, int steps, List<Tensor> tensors) {
    State {
      tensors = List.copyOf(tensors);
    }
  }

  public Checkpoint {
    requireNonNull(file, "file is null");
    requireNonNull(fingerprint, "fingerprint is null");
  }

  /** Replaces the file at once. */
  void save(State state) {
    Map<String, String> metadata =
        Map.of(
            FINGERPRINT,
            fingerprint,
            EPOCHS,
            Integer.toString(state.epochs()),
            STEPS,
            Integer.toString(state.steps()));
    try {
      Path temporary =
          Files.createTempFile(file.toAbsolutePath().getParent(), "checkpoint", ".partial");
      try {
        SafetensorsWriter.writeAll(temporary, state.tensors(), metadata);
        Files.move(
            temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "checkpoint " + file + " cannot be written, perhaps you should check the disk", e);
    }
  }

  /** What was saved by the same training; anything else in its place is removed. */
  Optional<State> load() {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (SafetensorsFile saved = SafetensorsFile.open(file)) {
      Map<String, String> metadata = saved.metadata();
      if (fingerprint.equals(metadata.get(FINGERPRINT))) {
        return Optional.of(
            new State(number(metadata, EPOCHS), number(metadata, STEPS), saved.readAll()));
      }
      LOG.info("checkpoint {} belongs to another training and is removed", file);
    } catch (StorageException | NumberFormatException e) {
      LOG.warn("checkpoint {} cannot be used and is removed: {}", file, e.getMessage());
    }
    delete();
    return Optional.empty();
  }

  /** Removes the file, if it is there. */
  void delete() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("checkpoint {} cannot be removed: {}", file, Text.quote(String.valueOf(e)));
    }
  }

  private static int number(Map<String, String> metadata, String key) {
    return Integer.parseInt(metadata.getOrDefault(key, ""));
  }
}
