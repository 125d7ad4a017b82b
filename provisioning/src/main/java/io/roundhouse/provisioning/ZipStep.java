package io.roundhouse.provisioning;

import io.roundhouse.kit.PrivateFiles;
import java.io.IOException;
import java.nio.file.Path;

/** Hands a kit over as an encrypted zip file. */
public final class ZipStep implements KitStep {
  @Override
  public Phase phase() {
    return Phase.DELIVERY;
  }

  @Override
  public void apply(KitPlan plan, KitDraft draft) throws IOException {
    if (plan.delivery() instanceof Delivery.Zips) {
      String name = plan.identity().name();
      Path folder = plan.folder().resolve("." + name).resolve(name);
      try {
        PrivateFiles.newFolder(plan.folder().resolve("." + name));
        draft.write(folder);
        KitArchive.write(folder, plan.folder().resolve(name + ".zip"), plan.password());
      } finally {
        Folders.delete(plan.folder().resolve("." + name));
      }
    }
  }
}
