package io.roundhouse.cli;

import io.roundhouse.terminal.ExitCode;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** {@code roundhouse completion}. */
@Command(
    name = "completion",
    description = {
      "Print a completion script for bash and zsh.",
      "Use it with:  source <(./roundhouse completion)"
    })
final class CompletionCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    System.out.print(AutoComplete.bash("roundhouse", Main.commandLine()));
    return ExitCode.OK;
  }
}
