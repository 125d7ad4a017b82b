package io.roundhouse.operate;

import io.roundhouse.control.MoveSite.Move;
import picocli.CommandLine.Command;

/** {@code roundhouse join}. */
@Command(
    name = "join",
    description = {
      "Let a site join a running job.",
      "It takes part from the next round on, once it has answered a call."
    })
public final class JoinCommand extends SiteCommand {
  JoinCommand() {
    super(Move.JOIN);
  }
}
