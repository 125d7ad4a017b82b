package io.roundhouse.enrolment;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.roundhouse.connection.OpenConnection;
import io.roundhouse.federation.ProvisionStatus;
import io.roundhouse.storage.Json;
import io.roundhouse.terminal.Columns;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.OutputOptions;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code roundhouse provision requests}. */
@Command(
    name = "requests",
    description = {
      "Show who has used a token: those that wait for an approval first.",
      "The owner of a request sees the same REQUEST: ask before you approve."
    })
final class RequestsCommand implements Callable<Integer> {
  @Mixin private RequestConnection temporal = new RequestConnection();
  @Mixin private OutputOptions output = new OutputOptions();

  @Override
  public Integer call() {
    try (OpenConnection connection = temporal.open()) {
      List<ProvisionStatus> open =
          new Requests(connection)
              .open().stream()
                  .sorted(
                      Comparator.comparing(ProvisionStatus::state)
                          .thenComparing(status -> status.identity().name()))
                  .toList();
      if (output.json()) {
        System.out.print(new String(Json.write(open), UTF_8));
        return ExitCode.OK;
      }
      Columns table = new Columns("NAME", "KIND", "ORGANISATION", "REQUEST", "STATE", "");
      for (ProvisionStatus status : open) {
        table.row(
            status.identity().name(),
            status.identity().kind().toString(),
            status.identity().organisation(),
            status.sha256().abbreviated(),
            status.state().name().toLowerCase(Locale.ROOT),
            status.state() == ProvisionStatus.State.WAITING ? "" : status.message());
      }
      table.print(output.terminal());
    }
    return ExitCode.OK;
  }
}
