package io.roundhouse.cli;

import io.roundhouse.local.FederationInOneProcess;
import io.roundhouse.node.ServerCommand;
import io.roundhouse.node.SiteCommand;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code roundhouse warm-up}. */
@Command(
    name = "warm-up",
    hidden = true,
    description =
        "Load what simulations, servers, sites and operators need, for the archive of classes that"
            + " the launcher makes.")
final class WarmUpCommand implements Callable<Integer> {
  @Option(names = "--folder", paramLabel = "FOLDER", required = true, description = "A new folder.")
  private Path folder = Path.of("");

  @Override
  public Integer call() {
    int demo =
        new CommandLine(DemoCommand.class)
            .execute("--rounds", "2", "--out", folder.resolve("demo").toString());
    FederationInOneProcess.run(
        folder.resolve("federation"), ServerCommand.class, SiteCommand.class);
    return demo;
  }
}
