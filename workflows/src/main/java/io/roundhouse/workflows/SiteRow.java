package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.SiteName;
import java.util.Optional;

/**
 * What a server knows of a site.
 *
 * @param site which
 * @param organisation whose
 * @param lastSeen when it last polled or reported at that server's gateway, milliseconds since 1970
 * @param profile what it said of itself when it was last called; empty if it has not answered
 */
public record SiteRow(
    SiteName site, String organisation, long lastSeen, Optional<SiteProfile> profile) {
  public SiteRow {
    requireNonNull(site, "site is null");
    requireNonNull(organisation, "organisation is null");
    requireNonNull(profile, "profile is null");
  }
}
