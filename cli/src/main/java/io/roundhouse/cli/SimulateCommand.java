package io.roundhouse.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/** {@code roundhouse simulate}. */
@Command(
    name = "simulate",
    description = "Run a job with simulated sites in this process.",
    sortOptions = false)
final class SimulateCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "JOB.YML",
      arity = "0..1",
      description = "The job file; job.yml by default.")
  private Path file = Path.of("job.yml");

  @Mixin private RunOptions options = new RunOptions();

  @Unmatched private List<String> unmatched = new ArrayList<>();

  @Option(
      names = "--compare",
      description = "Afterwards train each site alone, and all rows in one place.")
  private boolean compare;

  @Override
  public Integer call() {
    JobFile job = JobFile.read(SpecFile.read(file), options.overrides(unmatched));
    new JobRun(job, options.folder(job.spec().job().name()), options.kernel(), options.output())
        .run(compare);
    return ExitCode.OK;
  }
}
