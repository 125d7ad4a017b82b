package io.roundhouse.cli;

import io.roundhouse.jobfile.JobFile;
import io.roundhouse.jobfile.Overrides;
import io.roundhouse.jobfile.SpecFile;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.Units;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code roundhouse validate}. */
@Command(
    name = "validate",
    description = "Check a job file and list everything that is wrong with it.")
final class ValidateCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "JOB.YML",
      arity = "0..1",
      description = "The job file; job.yml by default.")
  private Path file = Path.of("job.yml");

  @Override
  public Integer call() {
    JobFile job = JobFile.read(SpecFile.read(file), new Overrides());
    System.out.println(
        Units.format(
            "%s is fine: %s, %s over %d sites, %d rounds",
            file,
            job.spec().job(),
            job.spec().strategy().name(),
            job.simulation().names().size(),
            job.spec().rounds().count()));
    return ExitCode.OK;
  }
}
