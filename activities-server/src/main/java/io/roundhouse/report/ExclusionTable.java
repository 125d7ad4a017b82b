package io.roundhouse.report;

import static java.util.stream.Collectors.toSet;

import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.SiteName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Every site that is not in a round's model, asked or not, and every refused update: why. */
final class ExclusionTable {
  private static final int SHOWN = 20;
  private static final int MOST = 1000;
  private static final int MOST_RUNS = 12;
  private static final int LONGEST_REASON = 500;

  private ExclusionTable() {}

  static Markup write(JobFacts facts) {
    Map<Exclusion, List<Integer>> rounds = new LinkedHashMap<>();
    for (RoundManifest round : facts.record().rounds()) {
      for (Exclusion exclusion : round.summary().exclusions()) {
        rounds.computeIfAbsent(exclusion, absent -> new ArrayList<>()).add(round.round());
      }
    }
    long total = rounds.values().stream().mapToLong(List::size).sum();
    Markup out = new Markup().open("section").element("h2", "Exclusions and quarantine");
    if (total == 0) {
      String none =
          facts.training().isEmpty()
              ? "No site has been asked yet."
              : "Every site that was asked is in every round's model.";
      return out.element("p", none, "class", "note").close("section").line();
    }
    long asked = facts.training().stream().mapToLong(r -> r.selected().size()).sum();
    long missing = facts.training().stream().mapToLong(ExclusionTable::missing).sum();
    long absent = facts.training().stream().mapToLong(ExclusionTable::absent).sum();
    String note =
        Numbers.count(missing)
            + " of "
            + Numbers.count(asked, "request")
            + (missing == 1 ? " is" : " are")
            + " not in a model"
            + (absent == 0 ? "" : ", " + Numbers.count(absent, "time") + " a site was not asked")
            + ". Equal reasons of a site share a row.";
    out.element("p", note, "class", "note");
    List<Map.Entry<Exclusion, List<Integer>>> rows = new ArrayList<>(rounds.entrySet());
    rows.sort(
        Comparator.comparing(
                (Map.Entry<Exclusion, List<Integer>> row) ->
                    Outcome.EXCLUSIONS.indexOf(Outcome.of(row.getKey().cause())))
            .thenComparing(row -> -row.getValue().size())
            .thenComparing(row -> row.getKey().site()));
    out.add(table(rows.subList(0, Math.min(SHOWN, rows.size()))));
    if (rows.size() > SHOWN) {
      out.open("details").element("summary", (rows.size() - SHOWN) + " more rows");
      out.add(table(rows.subList(SHOWN, Math.min(MOST, rows.size()))));
      if (rows.size() > MOST) {
        String cut = Numbers.count(rows.size() - MOST) + " more are in the rounds' manifests.";
        out.element("p", cut, "class", "note warning");
      }
      out.close("details");
    }
    return out.close("section").line();
  }

  /** Sites that were asked and did not contribute in time. */
  private static long missing(RoundManifest round) {
    Set<SiteName> answered =
        round.contributions().stream()
            .filter(contribution -> contribution.staleness() == 0)
            .map(contribution -> contribution.update().site())
            .collect(toSet());
    return round.selected().stream().filter(site -> !answered.contains(site)).count();
  }

  /** Sites that were not asked, with a reason. */
  static long absent(RoundManifest round) {
    Set<SiteName> asked = new HashSet<>(round.selected());
    return round.exclusions().stream()
        .filter(exclusion -> exclusion.cause() != Exclusion.Cause.QUARANTINED)
        .map(Exclusion::site)
        .filter(site -> !asked.contains(site))
        .distinct()
        .count();
  }

  private static Markup table(List<Map.Entry<Exclusion, List<Integer>>> rows) {
    Markup out =
        new Markup()
            .open("div", "class", "scroll", "tabindex", "0")
            .open("table", "class", "stack");
    out.open("thead").open("tr");
    for (String column : List.of("Site", "Cause", "Rounds", "Reason")) {
      out.element("th", column, "scope", "col", "class", "left");
    }
    out.close("tr").close("thead").open("tbody").line();
    for (Map.Entry<Exclusion, List<Integer>> row : rows) {
      Exclusion exclusion = row.getKey();
      String cause = Outcome.of(exclusion.cause()).label();
      out.open("tr").element("th", exclusion.site().value(), "scope", "row");
      out.open("td").element("span", cause, "class", "tag " + cause).close("td");
      out.open("td", "class", "rounds").text(runs(row.getValue()));
      if (row.getValue().size() > 1) {
        out.element("span", Numbers.count(row.getValue().size(), "round"));
      }
      out.close("td");
      out.element("td", bounded(exclusion.reason()), "class", "words").close("tr").line();
    }
    return out.close("tbody").close("table").close("div");
  }

  /** {@code 3, 7–9, 12}, with an ellipsis when there are too many. */
  private static String runs(List<Integer> rounds) {
    StringBuilder text = new StringBuilder();
    int shown = 0;
    for (int i = 0; i < rounds.size(); shown++) {
      if (shown == MOST_RUNS) {
        return text.append(" …").toString();
      }
      int end = i;
      while (end + 1 < rounds.size() && rounds.get(end + 1) == rounds.get(end) + 1) {
        end++;
      }
      text.append(i == 0 ? "" : ", ").append(rounds.get(i));
      text.append(end == i ? "" : "–" + rounds.get(end));
      i = end + 1;
    }
    return text.toString();
  }

  private static String bounded(String reason) {
    return reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON) + "…";
  }
}
