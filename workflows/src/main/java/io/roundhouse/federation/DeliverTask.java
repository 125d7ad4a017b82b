package io.roundhouse.federation;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Identity;

/**
 * Has a kit put into the store, sealed for its member's key.
 *
 * @param identity whose it is
 * @param certificate which kit
 */
public record DeliverTask(Identity identity, MemberCertificate certificate) {
  public DeliverTask {
    requireNonNull(identity, "identity is null");
    requireNonNull(certificate, "certificate is null");
  }
}
