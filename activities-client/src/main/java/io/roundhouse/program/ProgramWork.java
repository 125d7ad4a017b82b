package io.roundhouse.program;

import io.roundhouse.policy.ProgramBinding;
import io.roundhouse.program.ProgramTask.Action;
import io.roundhouse.storage.Json;
import io.roundhouse.storage.PrivateFolders;
import io.roundhouse.storage.SafetensorsFile;
import io.roundhouse.storage.TensorSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The folder of one run of a program: what it is given there, and what it leaves there. */
public final class ProgramWork implements AutoCloseable {
  private final String site;
  private final ProgramCall call;
  private final Path folder;
  private final Path helper;
  private final Optional<CheckpointFolder> checkpoint;
  private List<TensorSpec> tensors = List.of();

  ProgramWork(
      String site,
      ProgramCall call,
      Path folder,
      Path helper,
      Optional<CheckpointFolder> checkpoint) {
    this.site = site;
    this.call = call;
    this.folder = folder;
    this.helper = helper;
    this.checkpoint = checkpoint;
  }

  /** Where the global model has to be put before the run. */
  public Path model() {
    return folder.resolve("model.safetensors");
  }

  /**
   * Runs the program to its end.
   *
   * @return what it said; examples are there
   * @throws ProgramException if it cannot be run, comes to no good end, or did not leave what it
   *     should
   */
  public ProgramResult run(ProgramListener listener) throws InterruptedException {
    ProgramBinding program = call.binding();
    try (SafetensorsFile given = SafetensorsFile.open(model())) {
      tensors = given.tensors();
    }
    write(folder.resolve("task.json"), task(program));
    ProgramLimits limits = call.limits();
    Map<String, String> environment = Environment.of(program, folder, helper, call.gpus());
    List<Path> writable = new ArrayList<>(List.of(folder));
    checkpoint.map(CheckpointFolder::folder).ifPresent(writable::add);
    try (ProgramProcess process =
        ProgramProcess.start(call.program(), program, folder, environment, limits.disk())) {
      new ProgramRun(call.program(), process, limits, writable, call.policy().logs())
          .await(listener);
    }
    return ProgramResult.read(result(), call.action() == Action.train ? 1 : 0);
  }

  /**
   * The trained weights as they leave the site: with the tensors of the model in its order, so that
   * the same weights are the same bytes.
   *
   * @throws ProgramException if the program wrote something else
   */
  public Path update() {
    Path sent = folder.resolve("sent.safetensors");
    UpdateFile.copy(tensors, update(folder), sent);
    return sent;
  }

  /** The update is where it belongs: the checkpoint is not needed any more. */
  public void done() {
    checkpoint.ifPresent(CheckpointFolder::delete);
  }

  /** Removes the folder. The checkpoint stays. */
  @Override
  public void close() {
    PrivateFolders.delete(folder);
  }

  private ProgramTask task(ProgramBinding program) {
    return new ProgramTask(
        ProgramTask.PROTOCOL,
        call.action(),
        call.job(),
        call.round(),
        call.take(),
        call.attempt(),
        site,
        (int) (call.seed().value() >>> 33),
        call.training().program().orElseThrow().parameters(),
        ProgramTask.Training.of(call.training()),
        call.data(),
        new ProgramTask.Files(
            model().toString(),
            update(folder).toString(),
            result().toString(),
            checkpoint.map(CheckpointFolder::file).orElse(folder.resolve("checkpoint")).toString()),
        program.threads(),
        call.gpus(),
        call.deadline(Instant.now()),
        call.heartbeat().toMillis() / 1000.0);
  }

  private Path result() {
    return folder.resolve("result.json");
  }

  private static Path update(Path folder) {
    return folder.resolve("update.safetensors");
  }

  private static void write(Path file, ProgramTask task) {
    try {
      Files.write(file, Json.write(task));
    } catch (IOException e) {
      throw new UncheckedIOException(
          file + " cannot be written, perhaps you should check the disk", e);
    }
  }
}
