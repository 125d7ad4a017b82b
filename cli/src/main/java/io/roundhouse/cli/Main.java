package io.roundhouse.cli;

import io.roundhouse.domain.Text;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** Entry point. */
@Command(
    name = "roundhouse",
    description = "Federated learning as durable workflows.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      InitCommand.class,
      ValidateCommand.class,
      SimulateCommand.class,
      BenchCommand.class,
      CompletionCommand.class,
      VersionCommand.class,
      HelpCommand.class
    },
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:the job failed or was cancelled",
      "2:an argument, a job file or a data file cannot be used",
      "3:an error inside Roundhouse, please report it",
      "130:interrupted"
    },
    footer = {"", "Start with:  roundhouse demo"})
public final class Main implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable")
  private boolean help;

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "Show where in the program an error came from.")
  private boolean stacktrace;

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /** The command with all its subcommands. */
  static CommandLine commandLine() {
    Main main = new Main();
    return new CommandLine(main)
        .setExecutionExceptionHandler(main.failures())
        .setParameterExceptionHandler(mistakes())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setAbbreviatedOptionsAllowed(true);
  }

  @Override
  public void run() {
    spec.commandLine().usage(System.out);
  }

  private IExecutionExceptionHandler failures() {
    return (error, command, parsed) -> {
      PrintWriter err = command.getErr();
      if (stacktrace) {
        error.printStackTrace(err);
      }
      if (error instanceof Failure failure) {
        err.println("roundhouse: " + failure.getMessage());
        return failure.exitCode();
      }
      err.println("roundhouse: an error inside Roundhouse: " + error);
      if (!stacktrace) {
        err.println("Perhaps you should repeat the command with --stacktrace and report it.");
      }
      return ExitCode.INTERNAL;
    };
  }

  private static IParameterExceptionHandler mistakes() {
    return (error, arguments) -> {
      PrintWriter err = error.getCommandLine().getErr();
      err.println("roundhouse: " + message(error));
      for (String suggestion : suggestions(error)) {
        err.println("Perhaps you should write " + suggestion);
      }
      err.println("Try `" + error.getCommandLine().getCommandSpec().qualifiedName() + " --help`.");
      return ExitCode.BAD_INPUT;
    };
  }

  private static String message(ParameterException error) {
    return error instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()
        ? "there is no command or argument " + Text.quote(unmatched.getUnmatched().get(0))
        : String.valueOf(error.getMessage());
  }

  private static List<String> suggestions(ParameterException error) {
    return error instanceof UnmatchedArgumentException unmatched
        ? unmatched.getSuggestions()
        : List.of();
  }
}
