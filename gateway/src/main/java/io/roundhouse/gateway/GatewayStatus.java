package io.roundhouse.gateway;

import io.roundhouse.domain.Identity;
import io.roundhouse.domain.SiteName;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * How a gateway is.
 *
 * @param connected who is connected, once for each connection, in no order
 * @param seen when each site last polled, heartbeat or reported here
 * @param forwardedPolls polls that wait at Temporal
 * @param heldPolls polls that wait here for their turn
 */
public record GatewayStatus(
    List<Identity> connected, Map<SiteName, Instant> seen, int forwardedPolls, int heldPolls) {
  public GatewayStatus {
    connected = List.copyOf(connected);
    seen = Map.copyOf(seen);
  }
}
