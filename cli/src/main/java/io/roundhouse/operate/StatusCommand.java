package io.roundhouse.operate;

import io.roundhouse.terminal.ExitCode;
import picocli.CommandLine.Command;

/** {@code roundhouse status}. */
@Command(
    name = "status",
    description = {
      "Show how a job is: what it does or waits for, its round and its sites.",
      "Without the server's workers it shows what Temporal knows."
    })
public final class StatusCommand extends JobCommand {
  @Override
  int run(RemoteJob remote) {
    JobReport report = JobReport.of(remote);
    if (json()) {
      print(report);
    } else {
      new StatusText(terminal()).print(report);
    }
    return ExitCode.OK;
  }
}
