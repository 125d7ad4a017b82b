package io.roundhouse.operate;

import io.roundhouse.control.Rewind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code roundhouse rewind}. */
@Command(
    name = "rewind",
    description = {
      "Take a job back to the end of an earlier round.",
      "Later rounds are done again; what they left in the store stays, but counts no more."
    })
public final class RewindCommand extends OrderCommand {
  @Parameters(
      index = "1",
      paramLabel = "ROUND",
      description = "The round to go back to, from 0 to the last finished one.")
  private int round;

  @Override
  Order order(RemoteJob remote, String by, String reason) {
    return new Order("rewind", new Rewind(by, reason, round));
  }
}
