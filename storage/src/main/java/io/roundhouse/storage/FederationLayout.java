package io.roundhouse.storage;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.SiteName;

/**
 * Where things of a federation are in the bucket, beside its jobs, in a folder that no project can
 * have.
 *
 * @param federation its name, a label
 */
public record FederationLayout(String federation) {
  public FederationLayout {
    if (!JobId.isLabel(federation)) {
      throw new IllegalArgumentException("not a federation's name: " + federation);
    }
  }

  private String folder() {
    return "_federation/" + federation;
  }

  /** The certificates that a site has shown last: its own, then its issuer's. */
  public String certificate(SiteName site) {
    return folder() + "/certificates/" + site + ".pem";
  }

  /** The folder with one book of sites for each server. */
  public String books() {
    return folder() + "/sites/";
  }

  /** What a server knows of the sites that have been at its gateway. */
  public String book(String server) {
    return books() + server + ".json";
  }

  /** The list of revoked certificates, as its authority has made it last. */
  public String revocations() {
    return folder() + "/crl.pem";
  }

  /**
   * A member's sealed kit, until it has been handed over.
   *
   * @param kit which of its kits
   */
  public String kit(String member, int kit) {
    return "%s/kits/%s/%04d.kit".formatted(folder(), member, kit);
  }
}
