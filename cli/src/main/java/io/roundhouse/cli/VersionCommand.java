package io.roundhouse.cli;

import io.roundhouse.server.Versions;
import io.roundhouse.terminal.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** {@code roundhouse version} and {@code roundhouse --version}. */
@Command(name = "version", description = "Show the versions of what runs.")
final class VersionCommand implements Callable<Integer>, IVersionProvider {
  @Override
  public Integer call() {
    for (String line : getVersion()) {
      System.out.println(line);
    }
    return ExitCode.OK;
  }

  @Override
  public String[] getVersion() {
    return Versions.current().entrySet().stream()
        .map(version -> String.format("%-12s %s", version.getKey(), version.getValue()))
        .toArray(String[]::new);
  }
}
