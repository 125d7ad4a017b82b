package io.roundhouse.report;

import io.roundhouse.domain.Exclusion;
import java.util.List;
import java.util.Locale;

/** What came of a site in a round. */
enum Outcome {
  ANSWERED,
  LATE,
  OFFLINE,
  FAILED,
  QUARANTINED,
  NOT_SELECTED;

  /** Reasons to be left out, the gravest first. */
  static final List<Outcome> EXCLUSIONS = List.of(QUARANTINED, FAILED, OFFLINE, LATE);

  static Outcome of(Exclusion.Cause cause) {
    return switch (cause) {
      case OFFLINE -> OFFLINE;
      case FAILED -> FAILED;
      case LATE -> LATE;
      case QUARANTINED -> QUARANTINED;
    };
  }

  /** As people write it, and as the style sheet calls it. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
