package io.roundhouse.provisioning;

import io.roundhouse.domain.Identity;
import java.util.Map;

/** For those who run a kit in a container. */
public final class ContainerStep implements KitStep {
  /** Its Temporal and its store are on this machine's loopback unless it is told otherwise. */
  private static final String SERVERS_NETWORK = "    network_mode: host\n";

  @Override
  public void apply(KitPlan plan, KitDraft draft) {
    Identity identity = plan.identity();
    if (identity.kind() == Identity.Kind.OPERATOR) {
      return;
    }
    Map<String, String> values =
        Map.of(
            "name", identity.name(),
            "kind", identity.kind().toString(),
            "network", identity.kind() == Identity.Kind.SERVER ? SERVERS_NETWORK : "");
    draft.file("Dockerfile", Template.fill("Dockerfile", values));
    draft.file("compose.yml", Template.fill("compose.yml", values));
  }
}
