package io.roundhouse.cli;

import io.roundhouse.server.Versions;
import io.roundhouse.terminal.ExitCode;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code roundhouse version}. */
@Command(name = "version", description = "Show the versions of what runs.")
final class VersionCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    for (Map.Entry<String, Object> version : Versions.current().entrySet()) {
      System.out.printf("%-12s %s%n", version.getKey(), version.getValue());
    }
    return ExitCode.OK;
  }
}
