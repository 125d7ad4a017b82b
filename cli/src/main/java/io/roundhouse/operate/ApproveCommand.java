package io.roundhouse.operate;

import io.roundhouse.control.Approve;
import io.roundhouse.domain.JobStatus;
import io.roundhouse.domain.RoundSummary;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code roundhouse approve}. */
@Command(
    name = "approve",
    description = {
      "Approve the model of a job's last round.",
      "A job asks for it where its spec has approval."
    })
public final class ApproveCommand extends OrderCommand {
  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "ROUND",
      description = "The round whose model you have looked at; the last finished one by default.")
  private @Nullable Integer round;

  @Override
  Order order(RemoteJob remote, String by, String reason) {
    return new Order("approve", new Approve(by, reason, round == null ? last(remote) : round));
  }

  private static int last(RemoteJob remote) {
    List<RoundSummary> rounds = remote.status().map(JobStatus::recent).orElseThrow(remote::silent);
    return rounds.isEmpty() ? 0 : rounds.get(rounds.size() - 1).round();
  }
}
