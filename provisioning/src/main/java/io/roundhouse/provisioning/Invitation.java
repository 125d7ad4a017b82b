package io.roundhouse.provisioning;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Identity;
import java.time.Instant;
import java.util.Optional;

/**
 * What the authority knows of a token that it gave out.
 *
 * @param id names the token
 * @param identity whom it is for
 * @param seconds how long certificates of that member last
 * @param proof SHA-256 of the token's secret
 * @param expires when it can no longer be used
 * @param usedBy SHA-256 of the one certificate request that it was used for
 */
record Invitation(
    String id,
    Identity identity,
    long seconds,
    Digest proof,
    Instant expires,
    Optional<Digest> usedBy) {
  Invitation {
    requireNonNull(id, "id is null");
    requireNonNull(identity, "identity is null");
    requireNonNull(proof, "proof is null");
    requireNonNull(expires, "expires is null");
    requireNonNull(usedBy, "usedBy is null");
  }

  /** What a project admin should know of it. */
  String note() {
    return usedBy.isPresent()
        ? "%s has enrolled with its token and waits for approval".formatted(identity.name())
        : "%s has a token until %s; `roundhouse provision invite %s` makes another one"
            .formatted(identity.name(), expires, identity.name());
  }

  Invitation usedBy(Digest request) {
    return new Invitation(id, identity, seconds, proof, expires, Optional.of(request));
  }
}
