package io.roundhouse.operate;

import io.roundhouse.domain.JobResult;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.Terminal;
import io.roundhouse.terminal.Units;
import picocli.CommandLine.Command;

/** {@code roundhouse watch}. */
@Command(
    name = "watch",
    description = {
      "Follow a job to its end: a row for each round, and what it does now.",
      "Ctrl-C ends the watching, not the job."
    })
public final class WatchCommand extends JobCommand {
  @Override
  int run(RemoteJob remote) {
    remote.description();
    JobResult result = follow(remote, terminal());
    if (json()) {
      print(result);
    }
    return ExitCode.OK;
  }

  /** Shows the job until it has completed. */
  static JobResult follow(RemoteJob remote, Terminal terminal) {
    JobResult result = new JobWatch(remote.client(), remote.stub(), remote.id(), terminal).follow();
    terminal.line("");
    terminal.line(
        terminal.green(
            Units.format("%s: %s, %.1f s", remote.id(), result.reason(), result.seconds())));
    result
        .best()
        .ifPresent(
            best ->
                terminal.line(
                    Units.format(
                        "best       round %d, accuracy %.4f",
                        best.round(), best.metrics().accuracy())));
    result
        .model()
        .ifPresent(
            model ->
                terminal.line(
                    "model      " + model.path() + terminal.dim("  sha256 " + model.sha256())));
    return result;
  }
}
