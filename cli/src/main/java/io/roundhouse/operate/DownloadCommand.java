package io.roundhouse.operate;

import static java.util.Objects.requireNonNull;

import io.roundhouse.connection.KitConnection;
import io.roundhouse.domain.JobId;
import io.roundhouse.kit.Kit;
import io.roundhouse.operate.ArtifactCopy.Copied;
import io.roundhouse.storage.GatewayArtifacts;
import io.roundhouse.storage.JobLayout;
import io.roundhouse.storage.StorageException;
import io.roundhouse.storage.StoredObject;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.Failure;
import io.roundhouse.terminal.OutputOptions;
import io.roundhouse.terminal.Units;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code roundhouse download}. */
@Command(
    name = "download",
    description = {
      "Copy a job's artifacts to a folder: models, manifests, metrics and the report.",
      "What is there already, with the same size, is not copied again."
    })
public final class DownloadCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "JOB",
      converter = JobIdConverter.class,
      description = "The job: project/name or name.")
  private @Nullable JobId job;

  @Parameters(
      index = "1",
      paramLabel = "FOLDER",
      arity = "0..1",
      description = "Where to; a folder of the job's name unless given.")
  private @Nullable Path folder;

  @Option(names = "--updates", description = "The sites' updates too.")
  private boolean updates;

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Mixin private OutputOptions output = new OutputOptions();

  @Override
  public Integer call() {
    JobId id = requireNonNull(job, "job is null");
    Kit kit = connection.requireKit();
    Path target = folder == null ? Path.of(id.name()) : folder;
    String prefix = new JobLayout(id).folder() + "/";
    try (GatewayArtifacts artifacts = KitConnection.artifacts(kit)) {
      List<StoredObject> objects = artifacts.list(prefix).stream().filter(this::isWanted).toList();
      if (objects.isEmpty()) {
        throw Failure.badInput(
            "there are no artifacts of job "
                + id
                + ", perhaps you should look at `roundhouse list`");
      }
      Copied copied =
          new ArtifactCopy(artifacts::download, output.terminal()).copy(objects, prefix, target);
      if (output.json()) {
        JobCommand.print(
            Map.of(
                "folder",
                target.toString(),
                "artifacts",
                objects.size() - copied.gone(),
                "gone",
                copied.gone(),
                "copied",
                copied.bytes()));
      } else {
        output
            .terminal()
            .line(
                "%d artifacts in %s, %s copied%s"
                    .formatted(
                        objects.size() - copied.gone(),
                        target,
                        Units.bytes(copied.bytes()),
                        copied.gone() == 0
                            ? ""
                            : "; the job removed %d meanwhile".formatted(copied.gone())));
      }
    } catch (StorageException e) {
      throw Failure.badInput(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw Failure.badInput(
          "cannot write to "
              + target
              + " ("
              + e
              + "), perhaps you should name another folder: roundhouse download "
              + id
              + " FOLDER");
    }
    return ExitCode.OK;
  }

  private boolean isWanted(StoredObject object) {
    return updates || !object.path().contains("/updates/");
  }
}
