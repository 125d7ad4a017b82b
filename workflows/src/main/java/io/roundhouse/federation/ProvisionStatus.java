package io.roundhouse.federation;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Identity;
import java.util.Optional;

/**
 * How far a member is that has asked to be let in.
 *
 * @param state where it stands
 * @param message for people
 * @param identity who
 * @param invitation id of the token
 * @param sha256 of the request; the site shows the same
 * @param issued its newest kit, if it was let in
 */
public record ProvisionStatus(
    State state,
    String message,
    Identity identity,
    String invitation,
    Digest sha256,
    Optional<IssuedKit> issued) {
  /** Where a request stands. */
  public enum State {
    /** The authority looks at it. */
    CHECKING,
    /** An operator has to decide. */
    WAITING,
    /** The certificate and the kit are being made. */
    SIGNING,
    /** The member has its kit, and gets a new one in time. */
    ISSUED,
    /** An operator turned it away. */
    DENIED,
    /** Nobody decided in time. */
    EXPIRED,
    /** The authority refused it, or failed. */
    FAILED,
    /** The member was revoked or removed. */
    ENDED
  }

  public ProvisionStatus {
    requireNonNull(state, "state is null");
    requireNonNull(message, "message is null");
    requireNonNull(identity, "identity is null");
    requireNonNull(invitation, "invitation is null");
    requireNonNull(sha256, "sha256 is null");
    requireNonNull(issued, "issued is null");
  }
}
