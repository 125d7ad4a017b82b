package io.roundhouse.operate;

import io.roundhouse.control.MoveSite.Move;
import picocli.CommandLine.Command;

/** {@code roundhouse suspend}. */
@Command(
    name = "suspend",
    description = {
      "Leave a site out of a job's rounds until it is restored.",
      "It stays one of the job's sites."
    })
public final class SuspendCommand extends SiteCommand {
  SuspendCommand() {
    super(Move.SUSPEND);
  }
}
