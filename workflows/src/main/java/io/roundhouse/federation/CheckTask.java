package io.roundhouse.federation;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Identity;

/**
 * Has a request for a certificate checked, and its token used.
 *
 * @param identity who asks
 * @param request a PKCS#10 request as PEM text
 * @param invitation the token's id
 * @param proof SHA-256 of the token's secret
 */
public record CheckTask(Identity identity, String request, String invitation, Digest proof) {
  public CheckTask {
    requireNonNull(identity, "identity is null");
    requireNonNull(request, "request is null");
    requireNonNull(invitation, "invitation is null");
    requireNonNull(proof, "proof is null");
  }
}
