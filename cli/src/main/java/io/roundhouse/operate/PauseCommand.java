package io.roundhouse.operate;

import io.roundhouse.control.Pause;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code roundhouse pause}. */
@Command(
    name = "pause",
    description = {
      "Stop a job before its next round.",
      "It waits, for days if need be, until it is resumed."
    })
public final class PauseCommand extends OrderCommand {
  @Option(
      names = "--now",
      description =
          "Stop the running round too. It is begun again later; trainings go on from their"
              + " checkpoints.")
  private boolean now;

  @Override
  Order order(RemoteJob remote, String by, String reason) {
    return new Order("pause", new Pause(by, reason, now));
  }
}
