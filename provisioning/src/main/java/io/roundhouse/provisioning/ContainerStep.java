package io.roundhouse.provisioning;

import io.roundhouse.domain.Identity;
import java.util.Map;

/** For those who run a kit in a container. */
public final class ContainerStep implements KitStep {
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
            "ports", ports(plan));
    draft.file("Dockerfile", Template.fill("Dockerfile", values));
    draft.file("compose.yml", Template.fill("compose.yml", values));
  }

  private static String ports(KitPlan plan) {
    return plan.settings()
        .map(settings -> "    ports: [\"%1$d:%1$d\"]\n".formatted(settings.listen().port()))
        .orElse("");
  }
}
