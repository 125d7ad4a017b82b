package io.roundhouse.local;

import io.roundhouse.connection.KitConnection;
import io.roundhouse.connection.OpenConnection;
import io.roundhouse.data.Dataset;
import io.roundhouse.data.LoadedData;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.SiteName;
import io.roundhouse.operate.OperatorJob;
import io.roundhouse.server.Manifests;
import io.roundhouse.services.ServiceException;
import io.roundhouse.simulation.SimulatedData;
import io.roundhouse.spec.UpdatesSpec.Keep;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.Failure;
import io.roundhouse.terminal.OutputOptions;
import io.roundhouse.terminal.Terminal;
import io.roundhouse.terminal.Units;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code roundhouse bench federation}. */
@Command(
    name = "federation",
    description = {
      "What a round costs in a real federation on this machine, when the training costs nothing.",
      "Site processes with certificates, the gateway, Temporal on a SQLite file, an S3 server, all"
          + " on loopback. Each site adds one to a value of the model. Nothing is evaluated."
    })
public final class FederationBench implements Callable<Integer> {
  private static final int BYTES_PER_PARAMETER = 4;
  private static final String DATA = "nothing";
  private static final int MOST_PROCESSES = 100;
  private static final int MOST_TOGETHER = 1_000;

  /** A busy machine takes more than the default minute to hand a task to each of a thousand. */
  private static final String TIME_TO_TAKE_A_TASK = "10m";

  @Option(names = "--sites", defaultValue = "8", description = "Default: ${DEFAULT-VALUE}.")
  private int sites;

  @Option(names = "--rounds", defaultValue = "300", description = "Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--bytes",
      defaultValue = "1024",
      description = "Size of the model. Default: ${DEFAULT-VALUE}.")
  private long bytes;

  @Option(
      names = "--direct",
      description = "Artifacts from the store itself, not through the gateway.")
  private boolean direct;

  @Option(
      names = "--keep",
      paramLabel = "all|refused",
      defaultValue = "ALL",
      description = "Which updates stay in the store after their round. Default: all.")
  private Keep keep = Keep.ALL;

  @Option(
      names = "--together",
      description = "All sites in one process, each with its own certificate and connections.")
  private boolean together;

  @Option(
      names = "--idle",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description = "First look for so long what the server costs while nothing is to be done.")
  private int idle;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      defaultValue = "bench-federation",
      description = "A new folder for everything. Default: ${DEFAULT-VALUE}.")
  private Path folder = Path.of("bench-federation");

  @Mixin private Services services = new Services();

  @Mixin private OutputOptions output = new OutputOptions();

  @Override
  public Integer call() {
    check();
    services.check();
    Terminal terminal = output.terminal();
    Path home = Path.of(System.getProperty("roundhouse.home", "."));
    SimulatedData data = data();
    LocalFederation federation = new LocalFederation(folder, direct);
    if (federation.exists()) {
      throw Failure.badInput(
          folder + " holds a federation already, perhaps you should name another --folder");
    }
    long start = System.nanoTime();
    try (RunningFederation running =
        RunningFederation.start(federation, home, DATA, data, together, services, terminal::line)) {
      terminal.line(
          Units.format(
              "%d rounds · %d sites · model of %s · artifacts %s%s · up after %.1f s",
              rounds,
              sites,
              Units.bytes(bytes),
              direct ? "direct" : "relayed",
              keep == Keep.ALL ? "" : ", only refused updates kept",
              (System.nanoTime() - start) / 1e9));
      idle(terminal, running);
      memory(terminal, "idle", running);
      // A store that was there before may hold earlier ones.
      JobId job = new JobId("bench", "federation-" + System.currentTimeMillis());
      terminal.line(
          "measuring  to look on, which costs time: ./roundhouse watch "
              + job
              + " --kit "
              + running.operatorKit());
      long submitted;
      long ended;
      JobResult result;
      try (OpenConnection temporal = KitConnection.forCommand(running.kit())) {
        submitted = System.currentTimeMillis();
        result = OperatorJob.runQuietly(temporal, job, spec(job), running.sites());
        ended = System.currentTimeMillis();
      }
      try (ArtifactStore store = ArtifactStore.connect(running.storeConfig())) {
        report(terminal, Manifests.rounds(store, job), submitted, ended);
      }
      memory(terminal, "busy", running);
      if (output.json()) {
        OperatorJob.print(result);
      }
    } catch (ServiceException e) {
      throw Failure.badInput(String.valueOf(e.getMessage()));
    }
    return ExitCode.OK;
  }

  private void check() {
    List<String> problems = new ArrayList<>();
    int most = together ? MOST_TOGETHER : MOST_PROCESSES;
    if (sites < 1 || sites > most) {
      problems.add("--sites: must be from 1 to " + most + ", not " + sites);
    }
    if (idle < 0) {
      problems.add("--idle: must not be negative");
    }
    if (rounds < 3 || rounds > 10_000) {
      problems.add("--rounds: must be from 3 to 10000, not " + rounds);
    }
    if (bytes < 2 * BYTES_PER_PARAMETER) {
      problems.add("--bytes: must be at least 8, not " + bytes);
    }
    if (!problems.isEmpty()) {
      throw Failure.badSpec(problems);
    }
  }

  private void idle(Terminal terminal, RunningFederation running) {
    if (idle == 0) {
      return;
    }
    terminal.line("looking for " + idle + " s what an idle server costs");
    Duration before = running.serverTime();
    try {
      TimeUnit.SECONDS.sleep(idle);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.badInput("interrupted");
    }
    terminal.line(
        Units.format(
            "idle       server %.1f %% of a core over %d s",
            running.serverTime().minus(before).toMillis() / (10.0 * idle), idle));
  }

  private void report(
      Terminal terminal, List<RoundManifest> manifests, long submitted, long ended) {
    terminal.line(RoundTimes.line(manifests));
    RoundTimes.shortage(manifests, sites).map(terminal::yellow).ifPresent(terminal::line);
    RoundManifest last = manifests.get(manifests.size() - 1);
    terminal.line(
        Units.format(
            "a job      %d ms from submit to the first round, %d ms from the last update to its end",
            manifests.get(1).startedAt() - submitted,
            ended - last.startedAt() - Math.round(last.seconds().train() * 1000)));
  }

  private void memory(Terminal terminal, String when, RunningFederation running) {
    long[] ofSites = running.siteMemory();
    terminal.line(
        Units.format(
            "memory     %s: server %s, %s %s at most (resident)",
            when,
            Units.bytes(running.serverMemory()),
            together ? "all sites" : "a site",
            Units.bytes(LongStream.of(ofSites).max().orElse(0))));
  }

  private Map<String, Object> spec(JobId job) {
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("project", job.project());
    spec.put("name", job.name());
    spec.put("data", DATA);
    spec.put("model", model());
    spec.put("training", Map.of("trainer", "noop"));
    spec.put("rounds", Map.of("count", rounds, "offlineAfter", TIME_TO_TAKE_A_TASK));
    spec.put("updates", Map.of("keep", keep.name().toLowerCase(Locale.ROOT)));
    spec.put("evaluation", Map.of("federated", false, "every", 1_000_000));
    return spec;
  }

  /** One wide layer for small models; two for those that would need more inputs than allowed. */
  private Map<String, Object> model() {
    long parameters = bytes / BYTES_PER_PARAMETER;
    if (parameters < 100_000) {
      return Map.of("type", "mlp", "inputs", Math.max(1, parameters / 2 - 1), "outputs", 2);
    }
    long side = Math.round(Math.sqrt((double) parameters));
    return Map.of("type", "mlp", "inputs", side, "hidden", List.of(side), "outputs", 2);
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
