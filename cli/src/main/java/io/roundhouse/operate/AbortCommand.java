package io.roundhouse.operate;

import io.roundhouse.control.Abort;
import picocli.CommandLine.Command;

/** {@code roundhouse abort}. */
@Command(
    name = "abort",
    description = {
      "End a job in good order.",
      "Sites are told to stop; the best model so far, the manifests and the report are kept."
    })
public final class AbortCommand extends OrderCommand {
  @Override
  Order order(RemoteJob remote, String by, String reason) {
    return new Order("abort", new Abort(by, reason));
  }
}
