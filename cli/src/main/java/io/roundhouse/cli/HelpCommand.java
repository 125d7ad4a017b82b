package io.roundhouse.cli;

import io.roundhouse.domain.Text;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.Failure;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code roundhouse help}. */
@Command(name = "help", description = "Show the help of a command.")
final class HelpCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "COMMAND", arity = "0..1", description = "The command.")
  private @Nullable String name;

  @Override
  public Integer call() {
    CommandLine root = spec.root().commandLine();
    CommandLine command = name == null ? root : root.getSubcommands().get(name);
    if (command == null) {
      throw Failure.badInput(
          "there is no command "
              + Text.quote(String.valueOf(name))
              + Text.nearest(String.valueOf(name), root.getSubcommands().keySet())
                  .map(near -> ", perhaps you should write " + near)
                  .orElse(""));
    }
    command.usage(System.out);
    return ExitCode.OK;
  }
}
