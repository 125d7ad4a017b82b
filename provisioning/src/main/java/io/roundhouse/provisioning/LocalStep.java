package io.roundhouse.provisioning;

import io.roundhouse.kit.KitFiles;
import java.util.Map;

/** What the kit's organisation owns: files to start from, which are not signed. */
public final class LocalStep implements KitStep {
  private static final String LOCAL = KitFiles.LOCAL;

  @Override
  public void apply(KitPlan plan, KitDraft draft) {
    Map<String, String> values = Map.of("name", plan.identity().name());
    switch (plan.identity().kind()) {
      case SERVER -> {
        plan.settings()
            .ifPresent(
                settings ->
                    draft.file(
                        LOCAL + "server.yml", Template.fill("server.yml", values(settings))));
        draft.file(LOCAL + "data.yml", Template.fill("server-data.yml", values));
        draft.secret(LOCAL + "sealing.key", plan.sealingKey() + "\n");
        draft.secret(LOCAL + "store.keys", Template.fill("store.keys", values));
      }
      case SITE -> {
        draft.file(LOCAL + "policy.yml", Template.fill("policy.yml", values));
        draft.file(LOCAL + "data.yml", Template.fill("data.yml", values));
      }
      case OPERATOR -> draft.file(LOCAL + "README.txt", Template.fill("operator.txt", values));
    }
  }

  private static Map<String, String> values(ServerSettings settings) {
    return Map.of(
        "temporal", settings.temporal().toString(),
        "namespace", settings.namespace(),
        "endpoint", settings.store(),
        "region", settings.region(),
        "bucket", settings.bucket(),
        "listen", settings.listen().toString(),
        "artifacts", settings.artifacts(),
        "management", settings.management().toString());
  }
}
