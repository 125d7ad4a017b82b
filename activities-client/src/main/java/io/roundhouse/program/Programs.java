package io.roundhouse.program;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.roundhouse.policy.ProgramBinding;
import io.roundhouse.storage.PrivateFolders;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The programs of one site, or of the server, and the folders that they work in. */
public final class Programs {
  private static final String HELPER = "roundhouse_program.py";

  private final String site;
  private final Path folder;
  private final PrivateFolders tasks;
  private final PrivateFolders data;

  /**
   * Removes what earlier processes left in the folder, but for checkpoints.
   *
   * @param site its name, as programs are told
   * @param folder made if absent
   */
  public Programs(String site, Path folder) {
    this.site = requireNonNull(site, "site is null");
    this.folder = folder.toAbsolutePath();
    tasks = new PrivateFolders(this.folder.resolve("tasks"));
    data = new PrivateFolders(this.folder.resolve("data"));
  }

  /**
   * What keeps a program from being run here, so that people learn of it before a job does.
   *
   * @return what is wrong and what to do; empty if nothing is
   */
  public static Optional<String> problem(ProgramBinding program) {
    if (Environment.executable(program).isEmpty()) {
      return Optional.of(
          "there is no executable "
              + program.command().get(0)
              + ", perhaps you should install it or correct the command");
    }
    return program.files().stream()
        .filter(file -> !Files.exists(file))
        .map(file -> "there is no file " + file + ", perhaps you should correct the command")
        .findFirst();
  }

  /** A new folder for files that programs read, which is there until this process has ended. */
  public Path dataFolder() {
    return data.fresh();
  }

  /** Makes the folder of a run. */
  public ProgramWork open(ProgramCall call) {
    Path work = tasks.fresh();
    try {
      PrivateFolders.make(work.resolve("tmp"));
      Path helper = work.resolve("python");
      PrivateFolders.make(helper);
      writeHelper(helper.resolve(HELPER));
      Optional<CheckpointFolder> checkpoint =
          call.action() == ProgramTask.Action.train
              ? Optional.of(checkpoint(call))
              : Optional.empty();
      return new ProgramWork(site, call, work, helper, checkpoint);
    } catch (RuntimeException e) {
      PrivateFolders.delete(work);
      throw e;
    }
  }

  /**
   * One a job: another round's is of no use any more. A round that is begun again goes on from it,
   * so take and attempt are not part of what the training is.
   */
  private CheckpointFolder checkpoint(ProgramCall call) {
    Path all = folder.resolve("checkpoints");
    PrivateFolders.make(all);
    String training =
        List.of(
                call.job(),
                call.round(),
                call.model(),
                call.seed(),
                call.training(),
                call.data().name(),
                call.data().trainRows())
            .toString();
    return CheckpointFolder.of(
        all.resolve("%s.%s.%s".formatted(call.job().project(), call.job().name(), site)),
        UUID.nameUUIDFromBytes(training.getBytes(UTF_8)).toString());
  }

  private static void writeHelper(Path file) {
    try (InputStream helper = Programs.class.getResourceAsStream(HELPER)) {
      if (helper == null) {
        throw new IllegalStateException(HELPER + " is missing");
      }
      Files.copy(helper, file);
    } catch (IOException e) {
      throw new UncheckedIOException(
          file + " cannot be written, perhaps you should check the disk", e);
    }
  }
}
