package io.roundhouse.program;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.roundhouse.storage.CorruptArtifactException;
import io.roundhouse.storage.Json;
import java.util.Optional;

/**
 * What a line of a program's output says of how far it is.
 *
 * @param epoch finished epochs
 * @param batch finished batches of the running epoch
 * @param loss mean loss of the running epoch so far
 * @param samples rows seen in all epochs
 */
record ProgramProgress(
    Optional<Integer> epoch,
    Optional<Integer> batch,
    Optional<Double> loss,
    Optional<Long> samples) {
  private static final int LONGEST = 4_096;

  ProgramProgress {
    requireNonNull(epoch, "epoch is null");
    requireNonNull(batch, "batch is null");
    requireNonNull(loss, "loss is null");
    requireNonNull(samples, "samples is null");
  }

  /** Reads a line; empty if it is something else, which is not wrong. */
  static Optional<ProgramProgress> parse(String line) {
    if (!line.startsWith("{") || line.length() > LONGEST) {
      return Optional.empty();
    }
    try {
      ProgramProgress progress = Json.read(line.getBytes(UTF_8), ProgramProgress.class);
      return progress.epoch.isPresent() || progress.batch.isPresent()
          ? Optional.of(progress)
          : Optional.empty();
    } catch (CorruptArtifactException e) {
      return Optional.empty();
    }
  }
}
