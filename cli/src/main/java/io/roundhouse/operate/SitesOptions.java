package io.roundhouse.operate;

import io.roundhouse.domain.SiteName;
import io.roundhouse.kit.Kit;
import io.roundhouse.terminal.Failure;
import io.roundhouse.workflows.SiteRow;
import java.time.Instant;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import picocli.CommandLine.Option;

/** Which sites a new job is for. */
final class SitesOptions {
  @Option(
      names = "--sites",
      paramLabel = "SITE",
      split = ",",
      converter = SiteNameConverter.class,
      description =
          "The job's sites, e.g. --sites site-a,site-b,site-c. With a kit, all that are online"
              + " unless given.")
  private List<SiteName> sites = List.of();

  /**
   * Those that are named, else those that are online.
   *
   * @throws Failure if there are none
   */
  SortedSet<SiteName> of(ConnectionOptions connection) {
    return sites.isEmpty() ? online(connection) : new TreeSet<>(sites);
  }

  private static SortedSet<SiteName> online(ConnectionOptions connection) {
    Kit kit =
        connection
            .kit()
            .orElseThrow(
                () ->
                    Failure.badInput(
                        "the job has no sites, perhaps you should name them: --sites a,b,c"));
    Instant now = Instant.now();
    SortedSet<SiteName> online = new TreeSet<>();
    for (SiteRow row : FederationSites.of(kit)) {
      if (FederationSites.isOnline(row, now)) {
        online.add(row.site());
      }
    }
    if (online.isEmpty()) {
      throw Failure.badInput(
          "no site is online, perhaps you should look at `roundhouse sites`, or name the sites that"
              + " the job shall wait for: --sites a,b,c");
    }
    return online;
  }
}
