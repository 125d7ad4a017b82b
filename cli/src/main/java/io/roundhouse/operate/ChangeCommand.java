package io.roundhouse.operate;

import io.roundhouse.control.Change;
import io.roundhouse.jobfile.Assignments;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code roundhouse change}. */
@Command(
    name = "change",
    description = {
      "Change a job's spec from its next round on.",
      "For example: roundhouse change my-job training.epochs=2 rounds.deadline=10m",
      "What can be changed: training, rounds, evaluation, stop, updates, approval."
    })
public final class ChangeCommand extends OrderCommand {
  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "KEY=VALUE",
      description = "Dotted keys and values as in a job file; no value means the default again.")
  private List<String> assignments = new ArrayList<>();

  @Override
  Order order(RemoteJob remote, String by, String reason) {
    return new Order("change", new Change(by, reason, Assignments.parse(assignments).tree()));
  }
}
