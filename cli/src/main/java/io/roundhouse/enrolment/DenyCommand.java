package io.roundhouse.enrolment;

import io.roundhouse.connection.OpenConnection;
import io.roundhouse.federation.Denial;
import io.roundhouse.federation.ProvisionStatus;
import io.roundhouse.terminal.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code roundhouse provision deny}. */
@Command(name = "deny", description = "Turn a member away that has used its token.")
final class DenyCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", description = "The member.")
  private String name = "";

  @Option(names = "--by", paramLabel = "NAME", description = "Who denies; you by default.")
  private String by = System.getProperty("user.name", "somebody");

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      required = true,
      description = "Why; the member reads it.")
  private String reason = "";

  @Mixin private RequestConnection temporal = new RequestConnection();

  @Override
  public Integer call() {
    try (OpenConnection connection = temporal.open()) {
      ProvisionStatus status =
          new Requests(connection).decide(name, request -> request.deny(new Denial(by, reason)));
      System.out.println(name + ": " + status.message());
    }
    return ExitCode.OK;
  }
}
