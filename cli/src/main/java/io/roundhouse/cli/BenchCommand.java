package io.roundhouse.cli;

import io.roundhouse.aggregation.KernelChoice;
import io.roundhouse.aggregation.SelectedKernel;
import io.roundhouse.aggregation.Workload;
import io.roundhouse.data.Dataset;
import io.roundhouse.data.LoadedData;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.SiteName;
import io.roundhouse.local.FederationBench;
import io.roundhouse.local.RoundTimes;
import io.roundhouse.node.CrowdCommand;
import io.roundhouse.server.Manifests;
import io.roundhouse.simulation.Federation;
import io.roundhouse.simulation.SimulatedData;
import io.roundhouse.spec.JobSpec;
import io.roundhouse.spec.JobSpecReader;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.Failure;
import io.roundhouse.terminal.OutputOptions;
import io.roundhouse.terminal.Terminal;
import io.roundhouse.terminal.Units;
import io.temporal.client.WorkflowStub;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code roundhouse bench}. */
@Command(
    name = "bench",
    description = "Measure Roundhouse on this machine.",
    subcommands = {BenchCommand.Rounds.class, FederationBench.class, CrowdCommand.class},
    synopsisSubcommandLabel = "COMMAND")
final class BenchCommand {
  private static final int BYTES_PER_PARAMETER = 4;

  /** {@code roundhouse bench rounds}. */
  @Command(
      name = "rounds",
      description = {
        "What a round costs when the training costs nothing.",
        "Each site adds one to a value of the model; every update, model and manifest goes through"
            + " the store. Nothing is evaluated."
      })
  static final class Rounds implements Callable<Integer> {
    @Option(names = "--sites", defaultValue = "8", description = "Default: ${DEFAULT-VALUE}.")
    private int sites;

    @Option(names = "--rounds", defaultValue = "200", description = "Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
        names = "--bytes",
        defaultValue = "1024",
        description = "Size of the model. Default: ${DEFAULT-VALUE}.")
    private int bytes;

    @Option(names = "--out", paramLabel = "FOLDER", description = "Where the artifacts go.")
    private @Nullable Path out;

    @Mixin private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws Exception {
      check();
      Terminal terminal = output.terminal();
      Map<String, Object> tree = spec();
      JobSpec spec = JobSpecReader.read(tree);
      SimulatedData data = data();
      Path folder = out == null ? Home.newRun("bench") : out;
      terminal.line(
          Units.format(
              "%d rounds · %d sites · model of %s · no training · store %s",
              rounds, sites, Units.bytes(bytes), folder));
      SelectedKernel kernel =
          SelectedKernel.select(
              KernelChoice.JAVA,
              new Workload(Workload.Operation.WEIGHTED_SUM, sites, bytes / BYTES_PER_PARAMETER));
      List<Double> heap = new ArrayList<>();
      try (Federation federation = Federation.start(folder, data, spec.data(), kernel)) {
        WorkflowStub job = federation.submit(spec.job(), tree, List.copyOf(data.sites().keySet()));
        await(job, terminal, heap);
        report(terminal, Manifests.rounds(federation.store(), spec.job()), heap);
      }
      return ExitCode.OK;
    }

    private void check() {
      List<String> problems = new ArrayList<>();
      if (sites < 1 || sites > 2_000) {
        problems.add("--sites: must be from 1 to 2000, not " + sites);
      }
      if (rounds < 2 || rounds > 100_000) {
        problems.add("--rounds: must be from 2 to 100000, not " + rounds);
      }
      if (bytes < 2 * BYTES_PER_PARAMETER) {
        problems.add("--bytes: must be at least 8, not " + bytes);
      }
      if (!problems.isEmpty()) {
        throw Failure.badSpec(problems);
      }
    }

    /** Waits for the end, with a look at the heap every five seconds. */
    private void await(WorkflowStub job, Terminal terminal, List<Double> heap) throws Exception {
      CompletableFuture<JobResult> result = job.getResultAsync(JobResult.class);
      long looked = System.nanoTime();
      while (true) {
        try {
          result.get(500, TimeUnit.MILLISECONDS);
          heap.add(usedAfterCollection());
          terminal.clear();
          return;
        } catch (TimeoutException running) {
          terminal.status(" running");
          if (System.nanoTime() - looked > TimeUnit.SECONDS.toNanos(5)) {
            heap.add(usedAfterCollection());
            looked = System.nanoTime();
          }
        }
      }
    }

    private static double usedAfterCollection() {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      return (runtime.totalMemory() - runtime.freeMemory()) / 1e6;
    }

    private static void report(
        Terminal terminal, List<RoundManifest> manifests, List<Double> heap) {
      terminal.line(RoundTimes.line(manifests));
      terminal.line(
          Units.format(
              "heap       %.0f MB at first, %.0f MB at last, %.0f MB at most, after collection",
              heap.get(0), heap.get(heap.size() - 1), heap.stream().max(Double::compare).get()));
    }

    private Map<String, Object> spec() {
      Map<String, Object> spec = new LinkedHashMap<>();
      spec.put("project", "bench");
      spec.put("name", "rounds");
      spec.put("data", "nothing");
      spec.put(
          "model",
          Map.of(
              "type",
              "mlp",
              "inputs",
              Math.max(1, bytes / BYTES_PER_PARAMETER / 2 - 1),
              "outputs",
              2));
      spec.put("training", Map.of("trainer", "noop"));
      spec.put("rounds", Map.of("count", rounds));
      spec.put("evaluation", Map.of("federated", false, "every", 1_000_000));
      return spec;
    }

    private SimulatedData data() {
      Dataset row = Dataset.of(new float[1], 1, new int[1]);
      LoadedData rows = new LoadedData(row, row.select(new int[0]));
      SortedMap<SiteName, LoadedData> all = new TreeMap<>();
      for (int site = 1; site <= sites; site++) {
        all.put(new SiteName(Units.format("s%04d", site)), rows);
      }
      return new SimulatedData(all, rows);
    }
  }
}
