package io.roundhouse.operate;

import io.roundhouse.domain.JobStatus;
import io.roundhouse.terminal.ExitCode;
import picocli.CommandLine.Mixin;

/** A command that gives a running job an order. */
abstract class OrderCommand extends JobCommand {
  @Mixin private OrderOptions options = new OrderOptions();

  @Override
  final int run(RemoteJob remote) {
    JobStatus answer = remote.order(order(remote, options.by(), options.reason()));
    if (json()) {
      print(answer);
    } else {
      new StatusText(terminal()).answer(answer);
    }
    return ExitCode.OK;
  }

  /** The order. */
  abstract Order order(RemoteJob remote, String by, String reason);
}
