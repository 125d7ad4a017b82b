package io.roundhouse.operate;

import io.roundhouse.domain.SiteName;
import io.roundhouse.kit.Kit;
import io.roundhouse.storage.StorageException;
import io.roundhouse.terminal.Failure;
import io.roundhouse.workflows.SiteRow;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;

/** Which sites of a federation answer now. */
public final class OnlineSites {
  private OnlineSites() {}

  /** Those that have answered a call; none while no gateway is there. */
  public static Set<SiteName> of(Kit operator) {
    Instant now = Instant.now();
    Set<SiteName> online = new TreeSet<>();
    try {
      for (SiteRow row : FederationSites.of(operator)) {
        if (row.profile().isPresent() && FederationSites.isOnline(row, now)) {
          online.add(row.site());
        }
      }
    } catch (Failure | StorageException notThereYet) {
      return Set.of();
    }
    return online;
  }
}
