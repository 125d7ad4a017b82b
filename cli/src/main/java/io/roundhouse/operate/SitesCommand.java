package io.roundhouse.operate;

import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.OutputOptions;
import io.roundhouse.workflows.SiteRow;
import java.util.Collection;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code roundhouse sites}. */
@Command(
    name = "sites",
    description = {
      "Show a federation's sites: who is online, what they have and what they run.",
      "The servers write it down every half minute."
    })
public final class SitesCommand implements Callable<Integer> {
  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Mixin private OutputOptions output = new OutputOptions();

  @Override
  public Integer call() {
    Collection<SiteRow> sites = FederationSites.of(connection.requireKit());
    if (output.json()) {
      JobCommand.print(sites);
    } else {
      SiteTable.print(sites, output.terminal());
    }
    return ExitCode.OK;
  }
}
