package io.roundhouse.enrolment;

import io.roundhouse.provisioning.Provisioner;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.Failure;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code roundhouse provision invite}. */
@Command(
    name = "invite",
    description = {
      "Make a token with which a site or operator enrols: its key never leaves it.",
      "An earlier token of the same member can no longer be used."
    })
final class InviteCommand implements Callable<Integer> {
  private static final int MOST_DAYS = 365;

  @Parameters(paramLabel = "NAME", description = "A member that federation.yml names.")
  private String name = "";

  @Option(
      names = "--days",
      paramLabel = "N",
      description = "How long the token can be used; 7 by default.")
  private int days = 7;

  @Mixin private OpenAuthority authority = new OpenAuthority();

  @Override
  public Integer call() {
    if (days < 1 || days > MOST_DAYS) {
      throw Failure.badInput("--days: must be a whole number from 1 to " + MOST_DAYS);
    }
    try (Provisioner provisioner = authority.open()) {
      new Report(provisioner.invite(name, Duration.ofDays(days)), authority.output()).print();
    }
    return ExitCode.OK;
  }
}
