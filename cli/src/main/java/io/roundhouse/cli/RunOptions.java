package io.roundhouse.cli;

import static java.util.Objects.requireNonNull;

import io.roundhouse.aggregation.KernelChoice;
import io.roundhouse.domain.Text;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
          .set("--alpha", "simulation.partition.alpha", alpha)
          .set("--alpha", "simulation.partition.type", "dirichlet");
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

  Path folder(String name) {
    return out == null ? Home.newRun(name) : out;
  }

  KernelChoice kernel() {
    return requireNonNull(KERNELS.get(kernel), kernel);
  }

  OutputOptions output() {
    return output;
  }
}
