package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.SiteName;
import java.util.List;

/**
 * What a site says of itself.
 *
 * @param site who
 * @param version of Roundhouse
 * @param startedAt when its worker was started, milliseconds since 1970
 * @param slots how many trainings it runs at once
 * @param dataSets the data sets that it has, by name
 * @param trainers the trainers that its policy allows
 */
public record SiteProfile(
    SiteName site,
    String version,
    long startedAt,
    int slots,
    List<String> dataSets,
    List<String> trainers) {
  public SiteProfile {
    requireNonNull(site, "site is null");
    requireNonNull(version, "version is null");
    dataSets = List.copyOf(dataSets);
    trainers = List.copyOf(trainers);
  }
}
