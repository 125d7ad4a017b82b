package io.roundhouse.operate;

import io.roundhouse.terminal.Ago;
import io.roundhouse.terminal.Columns;
import io.roundhouse.terminal.Terminal;
import io.roundhouse.workflows.SiteProfile;
import io.roundhouse.workflows.SiteRow;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/** The sites of a federation as a table for a person. */
final class SiteTable {
  private SiteTable() {}

  static void print(Collection<SiteRow> sites, Terminal terminal) {
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
