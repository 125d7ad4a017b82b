package io.roundhouse.cli;

import io.roundhouse.data.DataException;
import io.roundhouse.data.Dataset;
import io.roundhouse.domain.JobId;
import io.roundhouse.jobfile.JobFile;
import io.roundhouse.jobfile.Overrides;
import io.roundhouse.jobfile.SpecFile;
import io.roundhouse.simulation.TemporalService;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.Terminal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** {@code roundhouse demo}. */
@Command(
    name = "demo",
    description = {
      "Train one model over 8 sites on handwritten digits, without any of them showing a row.",
      "It runs samples/digits/job.yml in this process: real workflows, a real S3 store, no network."
    },
    sortOptions = false)
final class DemoCommand implements Callable<Integer> {
  private static final String NAME = "demo";

  @Mixin private RunOptions options = new RunOptions();

  @Unmatched private List<String> unmatched = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description = "Train on this .csv or .csv.gz instead; its last column is the class, from 0.")
  private @Nullable Path data;

  @Override
  public Integer call() {
    Path sample = Home.folder().resolve("samples/digits/job.yml");
    Overrides overrides = options.overrides(unmatched);
    SpecFile file = SpecFile.read(sample);
    if (data != null) {
      useOwnData(overrides, data);
    }
    JobFile job = JobFile.read(file, overrides);
    JobId id = job.spec().job();
    Optional<EarlierRun> resumed = options.resumed(NAME, id);
    options.hint(NAME, id, "roundhouse demo");
    try (TemporalService temporal = TemporalService.embedded()) {
      new JobRun(
              job,
              resumed.map(EarlierRun::folder).orElseGet(() -> options.folder(NAME)),
              options.kernel(),
              options.output(),
              temporal,
              Optional.empty(),
              resumed)
          .run(true, options.faults());
    }
    Terminal terminal = options.output().terminal();
    terminal.line("");
    terminal.line("Next");
    terminal.line("  ./roundhouse demo --alpha 0.1 --strategy fedadam    sites that differ more");
    terminal.line("  ./roundhouse demo --faults 1                        break things on the way");
    terminal.line(
        "  ./roundhouse init                                   write a job.yml of your own");
    terminal.line("  ./roundhouse simulate job.yml --compare             and run it");
    return ExitCode.OK;
  }

  /** The rows decide how many inputs and outputs the model has. */
  private static void useOwnData(Overrides overrides, Path csv) {
    try {
      Dataset rows = OwnData.read(csv);
      overrides
          .set("--data", "simulation.data.path", csv.toAbsolutePath().toString())
          .set("--data", "simulation.data.scale", Float.toString(OwnData.largest(rows)))
          .set("--data", "model.inputs", Integer.toString(rows.width()))
          .set("--data", "model.outputs", Integer.toString(Math.max(2, rows.classes())));
    } catch (DataException e) {
      overrides.problem("--data: " + e.getMessage());
    }
  }
}
