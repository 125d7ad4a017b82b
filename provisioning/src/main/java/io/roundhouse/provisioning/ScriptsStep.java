package io.roundhouse.provisioning;

import io.roundhouse.domain.Identity;
import java.util.List;
import java.util.Map;

/** What starts and stops a server or a site. */
public final class ScriptsStep implements KitStep {
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
            "federation", identity.federation());
    for (String script : List.of("start.sh", "stop.sh", "status.sh")) {
      draft.script(script, Template.fill(script, values));
    }
    draft.file("roundhouse.service", Template.fill("roundhouse.service", values));
  }
}
