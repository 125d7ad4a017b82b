package io.roundhouse.cli;

import io.roundhouse.domain.JobId;
import io.roundhouse.jobfile.JobFile;
import io.roundhouse.jobfile.SpecFile;
import io.roundhouse.simulation.TemporalService;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  @Mixin private TemporalOptions temporal = new TemporalOptions();

  @Unmatched private List<String> unmatched = new ArrayList<>();

  @Option(
      names = "--compare",
      description = "Afterwards train each site alone, and all rows in one place.")
  private boolean compare;

  @Override
  public Integer call() {
    JobFile job = JobFile.read(SpecFile.read(file), temporal.check(options.overrides(unmatched)));
    if (compare && job.spec().training().program().isPresent()) {
      throw Failure.badInput(
          "--compare: trains by a training engine, but this job's trainer is a program, perhaps you"
              + " should leave it out");
    }
    try (TemporalService service = temporal.open()) {
      Optional<UnfinishedJob> unfinished = UnfinishedJob.find(service, job, options.out());
      JobId id = job.spec().job();
      Optional<EarlierRun> resumed =
          unfinished.isPresent() ? Optional.empty() : options.resumed(id.name(), id);
      if (unfinished.isEmpty()) {
        options.hint(id.name(), id, "roundhouse simulate " + file);
      }
      Path folder =
          unfinished
              .map(UnfinishedJob::store)
              .or(() -> resumed.map(EarlierRun::folder))
              .orElseGet(() -> options.folder(id.name()));
      new JobRun(job, folder, options.kernel(), options.output(), service, unfinished, resumed)
          .run(compare, options.faults());
    }
    return ExitCode.OK;
  }
}
