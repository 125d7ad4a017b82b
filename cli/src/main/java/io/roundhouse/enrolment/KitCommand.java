package io.roundhouse.enrolment;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code roundhouse kit}. */
@Command(
    name = "kit",
    description = "Check and unpack startup kits.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {VerifyCommand.class, UnpackCommand.class})
public final class KitCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    spec.commandLine().usage(System.out);
  }
}
