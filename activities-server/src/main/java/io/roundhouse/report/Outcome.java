package io.roundhouse.report;

import io.roundhouse.domain.Exclusion;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What came of a site in a round. */
enum Outcome {
  ANSWERED,
  ANSWERED_LATE,
  LATE,
  OFFLINE,
  FAILED,
  QUARANTINED,
  BUSY,
  UNFIT,
  SUSPENDED,
  NOT_SELECTED;

  /** Reasons not to be in a model, the gravest first. */
  static final List<Outcome> EXCLUSIONS =
      List.of(QUARANTINED, FAILED, OFFLINE, LATE, BUSY, UNFIT, SUSPENDED);

  /** Those that say something only of a job that has them. */
  static final List<Outcome> RARE = List.of(ANSWERED_LATE, BUSY, UNFIT, SUSPENDED);

  static Outcome of(Exclusion.Cause cause) {
    return switch (cause) {
      case OFFLINE -> OFFLINE;
      case FAILED -> FAILED;
      case LATE -> LATE;
      case QUARANTINED -> QUARANTINED;
      case BUSY -> BUSY;
      case UNFIT -> UNFIT;
      case SUSPENDED -> SUSPENDED;
    };
  }

  /** Those that a table of sites has columns for. */
  static List<Outcome> events(Collection<SiteSummary> sites) {
    return Stream.concat(EXCLUSIONS.stream(), Stream.of(ANSWERED_LATE))
        .filter(outcome -> outcome.isShown(sites))
        .toList();
  }

  /** Whether it is explained to the reader. */
  boolean isShown(Collection<SiteSummary> sites) {
    return !RARE.contains(this) || sites.stream().anyMatch(site -> site.count(this) > 0);
  }

  /** As people write it, and as the style sheet calls it. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
