package io.roundhouse.operate;

import io.roundhouse.control.Resume;
import picocli.CommandLine.Command;

/** {@code roundhouse resume}. */
@Command(name = "resume", description = "Let a paused job go on.")
public final class ResumeCommand extends OrderCommand {
  @Override
  Order order(RemoteJob remote, String by, String reason) {
    return new Order("resume", new Resume(by, reason));
  }
}
