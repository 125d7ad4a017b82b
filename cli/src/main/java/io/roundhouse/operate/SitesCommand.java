package io.roundhouse.operate;

import io.roundhouse.terminal.Ago;
import io.roundhouse.terminal.Columns;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.OutputOptions;
import io.roundhouse.terminal.Terminal;
import io.roundhouse.workflows.SiteProfile;
import io.roundhouse.workflows.SiteRow;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
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
      print(sites, output.terminal());
    }
    return ExitCode.OK;
  }

  private static void print(Collection<SiteRow> sites, Terminal terminal) {
    if (sites.isEmpty()) {
      terminal.line(
          "no site has been here since the servers were started, perhaps you should look at a"
              + " site's log: its kit's run/log");
      return;
    }
    Instant now = Instant.now();
    Columns columns =
        new Columns(
            "site", "organisation", "state", "seen", "version", "slots", "data sets", "trainers");
    for (SiteRow row : sites) {
      Optional<SiteProfile> profile = row.profile();
      columns.row(
          row.site().value(),
          row.organisation(),
          FederationSites.isOnline(row, now) ? "online" : "offline",
          Ago.of(Instant.ofEpochMilli(row.lastSeen()), now),
          profile.map(SiteProfile::version).orElse("–"),
          profile.map(it -> Integer.toString(it.slots())).orElse("–"),
          profile.map(it -> String.join(" ", it.dataSets())).orElse("–"),
          profile.map(it -> String.join(" ", it.trainers())).orElse("–"));
    }
    columns.print(terminal);
  }
}
