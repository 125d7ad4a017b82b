package io.roundhouse.cli;

import static java.util.Objects.requireNonNull;

import io.roundhouse.aggregation.KernelChoice;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.Seed;
import io.roundhouse.domain.Text;
import io.roundhouse.jobfile.JobFile;
import io.roundhouse.jobfile.Overrides;
import io.roundhouse.terminal.OutputOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/**
 * Options of the commands that run a job in this JVM. Their values are checked with the job file.
 */
final class RunOptions {
  private static final String HEARTBEAT = "2s";
  private static final SortedMap<String, KernelChoice> KERNELS =
      new TreeMap<>(
          Map.of(
              "auto", KernelChoice.AUTO, "java", KernelChoice.JAVA, "opencl", KernelChoice.OPENCL));

  @Spec(Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Option(names = "--sites", paramLabel = "N", description = "Number of simulated sites.")
  private @Nullable String sites;

  @Option(names = "--rounds", paramLabel = "N", description = "Training rounds.")
  private @Nullable String rounds;

  @Option(
      names = "--alpha",
      paramLabel = "A",
      description =
          "Dirichlet alpha: how alike the sites' rows are. 0.1 very different, 100 alike.")
  private @Nullable String alpha;

  @Option(names = "--strategy", paramLabel = "NAME", description = "fedavg, fedadam or fedmedian.")
  private @Nullable String strategy;

  @Option(names = "--seed", paramLabel = "N", description = "Every random choice follows from it.")
  private @Nullable String seed;

  @Option(names = "--epochs", paramLabel = "N", description = "Local epochs in a round.")
  private @Nullable String epochs;

  @Option(
      names = "--kernel",
      paramLabel = "NAME",
      description = "auto, java or opencl; all give the same bits.")
  private String kernel = "auto";

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Where the artifacts go; runs/<name>-<number> by default.")
  private @Nullable Path out;

  @Option(
      names = "--resume",
      description =
          "Go on with a job whose process was killed, from its last finished round: the newest"
              + " unfinished run, or the one in --out.")
  private boolean resume;

  @Option(
      names = "--faults",
      paramLabel = "N",
      description =
          "Break things on the way, drawn from this number, and run the job undisturbed as well:"
              + " the model must be the same. Dead sites are noticed after 2 seconds.")
  private @Nullable String faults;

  @Mixin private OutputOptions output = new OutputOptions();

  /**
   * What was given on the command line, in place of what the file says.
   *
   * @param unmatched arguments that the command does not know
   */
  Overrides overrides(List<String> unmatched) {
    Overrides overrides =
        new Overrides()
            .set("--sites", "simulation.sites", sites)
            .set("--rounds", "rounds.count", rounds)
            .set("--strategy", "strategy", strategy)
            .set("--seed", "seed", seed)
            .set("--epochs", "training.epochs", epochs);
    if (alpha != null) {
      overrides
          .type("--alpha", "simulation.partition", "dirichlet")
          .set("--alpha", "simulation.partition.alpha", alpha);
    }
    if (faults != null) {
      overrides.set("--faults", "rounds.heartbeat", HEARTBEAT);
      if (faults().isEmpty()) {
        overrides.problem(
            "--faults: must be a whole number from "
                + Long.MIN_VALUE
                + " to "
                + Long.MAX_VALUE
                + ", not "
                + Text.quote(faults));
      }
    }
    if (resume && faults != null) {
      overrides.problem(
          "--resume: does not go with --faults, as an undisturbed run is compared from its start,"
              + " perhaps you should leave one of them out");
    }
    if (!KERNELS.containsKey(kernel)) {
      overrides.problem(
          "--kernel: must be "
              + Text.choices(KERNELS.keySet())
              + ", not "
              + Text.quote(kernel)
              + Text.nearest(kernel, KERNELS.keySet())
                  .map(near -> ", perhaps you should write " + near)
                  .orElse(""));
    }
    JobFile.refuseUnknown(overrides, unmatched, List.copyOf(command.optionsMap().keySet()));
    return overrides;
  }

  /**
   * The run to go on with, if that is wanted.
   *
   * @param name of the runs' folders
   * @throws io.roundhouse.terminal.Failure if there is none
   */
  Optional<EarlierRun> resumed(String name, JobId job) {
    return resume ? Optional.of(EarlierRun.toResume(name, job, out())) : Optional.empty();
  }

  /** Says what can be gone on with, where a new run is begun instead. */
  void hint(String name, JobId job, String command) {
    if (resume || out != null) {
      return;
    }
    EarlierRun.newestUnfinished(name, job)
        .filter(run -> run.end().isEmpty() && !RunLock.isTaken(run.folder()))
        .ifPresent(
            run ->
                output
                    .terminal()
                    .line(
                        run.folder()
                            + " was left "
                            + run.place()
                            + "; `"
                            + command
                            + " --resume` goes on with it"));
  }

  /** Where the user wants the artifacts. */
  Optional<Path> out() {
    return Optional.ofNullable(out);
  }

  Path folder(String name) {
    return out == null ? Home.newRun(name) : out;
  }

  /** What faults are drawn from; empty without {@code --faults}. */
  Optional<Seed> faults() {
    try {
      return Optional.ofNullable(faults).map(text -> new Seed(Long.parseLong(text)));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  KernelChoice kernel() {
    return requireNonNull(KERNELS.get(kernel), kernel);
  }

  OutputOptions output() {
    return output;
  }
}
