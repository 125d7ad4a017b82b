package io.roundhouse.node;

import io.roundhouse.kit.Kit;
import io.roundhouse.storage.Json;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.OutputOptions;
import io.roundhouse.terminal.Terminal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code roundhouse preflight}. */
@Command(
    name = "preflight",
    description = {
      "Look whether a kit can run here, before anything runs: what is wrong, and what to do.",
      "For a server: its settings, Temporal and the store. For a site: its policy, its data and the"
          + " way to the gateways. For an operator: the way to the gateways. Exit code 2 if"
          + " anything is wrong."
    })
public final class PreflightCommand implements Callable<Integer> {
  private static final int WIDEST = 16;

  @Option(
      names = "--kit",
      paramLabel = "FOLDER",
      defaultValue = ".",
      description = "The folder of the startup kit; this one by default.")
  private Path folder = Path.of(".");

  @Mixin private OutputOptions output = new OutputOptions();

  @Override
  public Integer call() {
    List<Check> checks = Preflight.of(Kit.open(folder));
    boolean well = checks.stream().allMatch(check -> check.problem().isEmpty());
    if (output.json()) {
      System.out.println(new String(Json.write(checks), StandardCharsets.UTF_8));
    } else {
      print(checks, output.terminal());
    }
    return well ? ExitCode.OK : ExitCode.BAD_INPUT;
  }

  private static void print(List<Check> checks, Terminal terminal) {
    for (Check check : checks) {
      String what = " %-" + WIDEST + "s ";
      String row = what.formatted(check.what());
      terminal.line(
          check
              .problem()
              .map(problem -> terminal.yellow("✗" + row + problem))
              .orElse(terminal.green("✓") + row + check.found()));
    }
  }
}
