package io.roundhouse.provisioning;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.roundhouse.kit.KitFiles;
import io.roundhouse.storage.Json;

/** {@code kit.json}. */
public final class DescriptionStep implements KitStep {
  @Override
  public void apply(KitPlan plan, KitDraft draft) {
    draft.file(KitFiles.DESCRIPTION, new String(Json.write(plan.description()), UTF_8));
  }
}
