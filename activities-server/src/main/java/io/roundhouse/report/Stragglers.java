package io.roundhouse.report;

import java.util.Comparator;
import java.util.List;

/** The sites that trained longest. */
final class Stragglers {
  private static final int SHOWN = 8;
  private static final double SLOW = 1.5;

  private Stragglers() {}

  static Markup write(JobFacts facts) {
    List<SiteSummary> sites =
        facts.sites().stream()
            .filter(site -> site.meanSeconds().isPresent())
            .sorted(Comparator.comparingDouble(Stragglers::seconds).reversed())
            .toList();
    Markup out = new Markup().open("div", "class", "stragglers").element("h3", "Slowest sites");
    if (sites.isEmpty()) {
      return out.element("p", "No site has answered yet.", "class", "note").close("div");
    }
    double longest = seconds(sites.get(0));
    double median = seconds(sites.get(sites.size() / 2));
    out.open("div", "class", "scroll", "tabindex", "0").open("table").open("thead").open("tr");
    out.element("th", "Site", "scope", "col", "class", "left");
    out.element("th", "Mean training", "scope", "col", "class", "left");
    out.element("th", "Longest", "scope", "col", "class", "number wide");
    out.element("th", "Times slowest", "scope", "col", "class", "number");
    out.close("tr").close("thead").open("tbody").line();
    for (SiteSummary site : sites.subList(0, Math.min(SHOWN, sites.size()))) {
      double mean = seconds(site);
      out.open("tr").element("th", site.site().value(), "scope", "row");
      out.open("td", "class", mean > SLOW * median ? "share slow" : "share");
      out.add(ShareBar.draw(longest > 0 ? mean / longest : 0));
      out.element("span", Numbers.seconds(mean)).close("td");
      out.element("td", Numbers.seconds(site.longestSeconds()), "class", "number wide");
      String slowest = site.slowest() == 0 ? "–" : Numbers.count(site.slowest());
      out.element("td", slowest, "class", "number").close("tr").line();
    }
    out.close("tbody").close("table").close("div");
    long slow = sites.stream().filter(site -> seconds(site) > SLOW * median).count();
    String note =
        "The median site trains for "
            + Numbers.seconds(median)
            + (slow == 0
                ? "; none takes more than half as long again."
                : "; " + Numbers.count(slow, "site") + " above 1.5 times that.");
    return out.element("p", note, "class", "note").close("div");
  }

  private static double seconds(SiteSummary site) {
    return site.meanSeconds().orElse(0.0);
  }
}
