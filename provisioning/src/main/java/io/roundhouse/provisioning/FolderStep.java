package io.roundhouse.provisioning;

import java.io.IOException;

/** Hands a kit over as a folder. */
public final class FolderStep implements KitStep {
  @Override
  public Phase phase() {
    return Phase.DELIVERY;
  }

  @Override
  public void apply(KitPlan plan, KitDraft draft) throws IOException {
    if (plan.delivery() instanceof Delivery.Folders) {
      draft.write(plan.folder().resolve(plan.identity().name()));
    }
  }
}
