package io.roundhouse.federation;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Artifact;

/**
 * What a member was given.
 *
 * @param times how often it got a certificate, the first one included
 * @param approvedBy who let it in
 * @param certificate the newest
 * @param kit in the store, sealed for the member's key
 */
public record IssuedKit(int times, String approvedBy, MemberCertificate certificate, Artifact kit) {
  public IssuedKit {
    requireNonNull(approvedBy, "approvedBy is null");
    requireNonNull(certificate, "certificate is null");
    requireNonNull(kit, "kit is null");
  }
}
