package io.roundhouse.operate;

import io.roundhouse.control.MoveSite.Move;
import picocli.CommandLine.Command;

/** {@code roundhouse leave}. */
@Command(
    name = "leave",
    description = {"Take a site out of a running job.", "What it gave stays in the model."})
public final class LeaveCommand extends SiteCommand {
  LeaveCommand() {
    super(Move.LEAVE);
  }
}
