package io.roundhouse.workflows;

import static java.util.stream.Collectors.joining;

import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.SiteName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Why sites are missing, for a person: sites with the same reason share a line. */
final class SiteReasons {
  private static final int MOST_NAMES = 8;
  private static final int MOST_LINES = 20;

  private SiteReasons() {}

  /** A line a reason, each begun with a line feed and two spaces; bounded. */
  static String lines(List<Exclusion> exclusions) {
    Map<String, List<SiteName>> sites = new LinkedHashMap<>();
    for (Exclusion exclusion : exclusions) {
      sites.computeIfAbsent(exclusion.reason(), any -> new ArrayList<>()).add(exclusion.site());
    }
    String text =
        sites.entrySet().stream()
            .limit(MOST_LINES)
            .map(line -> "\n  " + names(line.getValue()) + ": " + line.getKey())
            .collect(joining());
    int more = sites.size() - MOST_LINES;
    return more <= 0 ? text : text + "\n  and " + more + " more reasons, in the job's report";
  }

  private static String names(List<SiteName> sites) {
    String names = sites.stream().limit(MOST_NAMES).map(SiteName::value).collect(joining(", "));
    int more = sites.size() - MOST_NAMES;
    return more <= 0 ? names : names + " and " + more + " more";
  }
}
