package io.roundhouse.operate;

import static java.util.Objects.requireNonNull;

import io.roundhouse.connection.OpenConnection;
import io.roundhouse.domain.SiteName;
import io.roundhouse.jobfile.SpecFile;
import io.roundhouse.jobfile.SubmittedJob;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.OutputOptions;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code roundhouse submit}. */
@Command(
    name = "submit",
    description = {
      "Start a job over the sites of a federation.",
      "The file is checked first. A model.start is a path in the store."
    })
public final class SubmitCommand implements Callable<Integer> {
  @Parameters(paramLabel = "JOB.YML", description = "The job file.")
  private @Nullable Path file;

  @Option(
      names = "--recover",
      description =
          "Go on after the newest finished round of a job of this name that Temporal has lost.")
  private boolean recover;

  @Option(names = "--watch", description = "Follow the job to its end.")
  private boolean watch;

  @Mixin private SitesOptions sites = new SitesOptions();

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Mixin private OutputOptions output = new OutputOptions();

  @Override
  public Integer call() {
    SpecFile spec = SpecFile.read(requireNonNull(file, "file is null"));
    SortedSet<SiteName> members = sites.of(connection);
    SubmittedJob job = SubmittedJob.read(spec, members);
    JobStart start = new JobStart(job.spec().job(), job.tree(), members, Optional.empty(), recover);
    try (OpenConnection temporal = connection.open()) {
      RemoteJob remote = start.on(temporal);
      start.announce(output.terminal());
      if (watch) {
        output.terminal().line("");
        WatchCommand.follow(remote, output.terminal());
      }
      if (output.json()) {
        JobCommand.print(JobStart.document(remote));
      }
    }
    return ExitCode.OK;
  }
}
