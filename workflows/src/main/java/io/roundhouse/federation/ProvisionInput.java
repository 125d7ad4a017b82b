package io.roundhouse.federation;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Identity;
import java.time.Duration;
import java.util.Optional;

/**
 * A site or operator that asks to be let in, with a key of its own.
 *
 * @param identity who
 * @param request a PKCS#10 request as PEM text
 * @param sha256 of the request
 * @param invitation the id of the token that came with it
 * @param proof SHA-256 of the token's secret
 * @param within how long it waits for an approval
 * @param issued what an earlier run was given
 */
public record ProvisionInput(
    Identity identity,
    String request,
    Digest sha256,
    String invitation,
    Digest proof,
    Duration within,
    Optional<IssuedKit> issued) {
  public ProvisionInput {
    requireNonNull(identity, "identity is null");
    requireNonNull(request, "request is null");
    requireNonNull(sha256, "sha256 is null");
    requireNonNull(invitation, "invitation is null");
    requireNonNull(proof, "proof is null");
    requireNonNull(within, "within is null");
    requireNonNull(issued, "issued is null");
    if (identity.kind() == Identity.Kind.SERVER) {
      throw new IllegalArgumentException("servers get their kits from the project admin");
    }
  }

  /** The same for the next run. */
  public ProvisionInput with(IssuedKit kit) {
    return new ProvisionInput(
        identity, request, sha256, invitation, proof, within, Optional.of(kit));
  }
}
