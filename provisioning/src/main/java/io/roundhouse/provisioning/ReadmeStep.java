package io.roundhouse.provisioning;

import io.roundhouse.domain.Identity;
import io.roundhouse.kit.Address;
import java.util.Map;
import java.util.stream.Collectors;

/** The kit's own page. */
public final class ReadmeStep implements KitStep {
  @Override
  public void apply(KitPlan plan, KitDraft draft) {
    Identity identity = plan.identity();
    draft.file(
        "README.md",
        Template.fill(
            identity.kind() + ".md",
            Map.of(
                "name", identity.name(),
                "federation", identity.federation(),
                "organisation", identity.organisation(),
                "role", identity.role().map(Object::toString).orElse(""),
                "gateways",
                    plan.description().gateways().stream()
                        .map(Address::toString)
                        .collect(Collectors.joining(", ")),
                "until",
                    plan.chain().member().getNotAfter().toInstant().toString().substring(0, 10),
                "fingerprint", plan.fingerprint().hex())));
  }
}
