package io.roundhouse.provisioning;

import io.roundhouse.domain.Identity;
import io.roundhouse.kit.KitFiles;
import io.roundhouse.kit.Pem;
import java.util.List;

/** The member's certificate and key, and what others are trusted by. */
public final class CertificatesStep implements KitStep {
  @Override
  public void apply(KitPlan plan, KitDraft draft) {
    draft.file(KitFiles.ROOT, Pem.write(List.of(plan.chain().root())));
    draft.file(KitFiles.CHAIN, Pem.write(plan.chain().certificates()));
    plan.key()
        .ifPresent(key -> draft.secret(KitFiles.KEY, Pem.write("PRIVATE KEY", key.getEncoded())));
    if (plan.identity().kind() == Identity.Kind.SERVER) {
      draft.file(KitFiles.REVOKED, plan.revocations());
    }
  }
}
