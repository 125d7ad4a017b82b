package io.roundhouse.gateway;

import io.roundhouse.domain.SiteName;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** When each site was last heard of through this gateway: a poll, a heartbeat. */
final class Presence {
  private final Map<SiteName, Instant> seen = new ConcurrentHashMap<>();

  void seen(SiteName site) {
    seen.put(site, Instant.now());
  }

  Map<SiteName, Instant> all() {
    return Map.copyOf(seen);
  }
}
