package io.roundhouse.provisioning;

import io.roundhouse.kit.PrivateFiles;
import java.io.IOException;

/** Hands a kit over as a file that the member's own key opens. */
public final class SealedStep implements KitStep {
  /** How the names of such files end. */
  static final String SUFFIX = ".kit";

  @Override
  public Phase phase() {
    return Phase.DELIVERY;
  }

  @Override
  public void apply(KitPlan plan, KitDraft draft) throws IOException {
    if (plan.delivery() instanceof Delivery.Sealed) {
      PrivateFiles.create(
          plan.folder().resolve(plan.identity().name() + SUFFIX),
          SealedKit.seal(KitArchive.bytes(draft), plan.chain().member()));
    }
  }
}
