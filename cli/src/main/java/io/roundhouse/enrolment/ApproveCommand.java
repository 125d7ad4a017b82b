package io.roundhouse.enrolment;

import io.roundhouse.connection.OpenConnection;
import io.roundhouse.federation.Approval;
import io.roundhouse.federation.ProvisionStatus;
import io.roundhouse.terminal.ExitCode;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code roundhouse provision approve}. */
@Command(name = "approve", description = "Let a member in that has used its token.")
final class ApproveCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", description = "The member.")
  private String name = "";

  @Option(names = "--by", paramLabel = "NAME", description = "Who approves; you by default.")
  private String by = System.getProperty("user.name", "somebody");

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; goes on record.")
  private String reason = "";

  @Mixin private RequestConnection temporal = new RequestConnection();

  @Override
  public Integer call() {
    try (OpenConnection connection = temporal.open()) {
      ProvisionStatus status =
          new Requests(connection)
              .decide(name, request -> request.approve(new Approval(by, reason)));
      System.out.println(
          name + ": " + status.state().name().toLowerCase(Locale.ROOT) + ", " + status.message());
      return status.state() == ProvisionStatus.State.FAILED ? ExitCode.JOB_FAILED : ExitCode.OK;
    }
  }
}
