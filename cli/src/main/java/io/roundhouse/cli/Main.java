package io.roundhouse.cli;

import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST;

import io.roundhouse.connection.ConnectionException;
import io.roundhouse.domain.Text;
import io.roundhouse.enrolment.EnrollCommand;
import io.roundhouse.enrolment.KitCommand;
import io.roundhouse.enrolment.ProvisionCommand;
import io.roundhouse.kit.KitException;
import io.roundhouse.local.UpCommand;
import io.roundhouse.node.PreflightCommand;
import io.roundhouse.node.ServerCommand;
import io.roundhouse.node.SiteCommand;
import io.roundhouse.operate.AbortCommand;
import io.roundhouse.operate.ApproveCommand;
import io.roundhouse.operate.ChangeCommand;
import io.roundhouse.operate.CloneCommand;
import io.roundhouse.operate.DeleteCommand;
import io.roundhouse.operate.DownloadCommand;
import io.roundhouse.operate.JoinCommand;
import io.roundhouse.operate.LateCommand;
import io.roundhouse.operate.LeaveCommand;
import io.roundhouse.operate.ListCommand;
import io.roundhouse.operate.LogsCommand;
import io.roundhouse.operate.PauseCommand;
import io.roundhouse.operate.RestoreCommand;
import io.roundhouse.operate.ResumeCommand;
import io.roundhouse.operate.RewindCommand;
import io.roundhouse.operate.ScheduleCommand;
import io.roundhouse.operate.ShowCommand;
import io.roundhouse.operate.SitesCommand;
import io.roundhouse.operate.StatusCommand;
import io.roundhouse.operate.SubmitCommand;
import io.roundhouse.operate.SuspendCommand;
import io.roundhouse.operate.WatchCommand;
import io.roundhouse.provisioning.ProvisioningException;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.Failure;
import io.roundhouse.yaml.YamlException;
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
      SchemaCommand.class,
      SimulateCommand.class,
      UpCommand.class,
      BenchCommand.class,
      DistCommand.class,
      WarmUpCommand.class,
      SubmitCommand.class,
      ListCommand.class,
      StatusCommand.class,
      ShowCommand.class,
      WatchCommand.class,
      LogsCommand.class,
      PauseCommand.class,
      ResumeCommand.class,
      AbortCommand.class,
      ChangeCommand.class,
      JoinCommand.class,
      LeaveCommand.class,
      SuspendCommand.class,
      RestoreCommand.class,
      LateCommand.class,
      RewindCommand.class,
      ApproveCommand.class,
      CloneCommand.class,
      DeleteCommand.class,
      DownloadCommand.class,
      ScheduleCommand.class,
      SitesCommand.class,
      ProvisionCommand.class,
      EnrollCommand.class,
      KitCommand.class,
      PreflightCommand.class,
      ServerCommand.class,
      SiteCommand.class,
      CompletionCommand.class,
      VersionCommand.class,
      HelpCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:the job failed or was cancelled, or a job could be deleted in part only",
      "2:an argument, a file or an order cannot be used, or Temporal does not answer",
      "3:an error inside Roundhouse, please report it",
      "130:interrupted"
    },
    versionProvider = VersionCommand.class,
    commandListHeading = "",
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
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the versions of what runs.")
  @SuppressWarnings("UnusedVariable")
  private boolean version;

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
    CommandLine root = new CommandLine(main);
    root.getHelpSectionMap().put(SECTION_KEY_COMMAND_LIST, CommandGroup::listAll);
    return root.setExecutionExceptionHandler(main.failures())
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
      if (error instanceof ConnectionException
          || error instanceof ProvisioningException
          || error instanceof KitException
          || error instanceof YamlException) {
        err.println("roundhouse: " + error.getMessage());
        return ExitCode.BAD_INPUT;
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
    if (error.getCause() instanceof IndexOutOfBoundsException) {
      return "an argument is empty, perhaps you should look at the quotes";
    }
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
