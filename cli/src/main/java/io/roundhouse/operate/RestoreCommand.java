package io.roundhouse.operate;

import io.roundhouse.control.MoveSite.Move;
import picocli.CommandLine.Command;

/** {@code roundhouse restore}. */
@Command(
    name = "restore",
    description = {
      "Let a suspended or unfit site take part again.",
      "What was held against it is forgotten."
    })
public final class RestoreCommand extends SiteCommand {
  RestoreCommand() {
    super(Move.RESTORE);
  }
}
