package io.roundhouse.report;

import io.roundhouse.domain.Metrics;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What each site gave, and how its rounds went. */
final class SiteTable {
  private static final int SHOWN = 20;
  private static final int MOST = 1000;
  private static final List<String> NUMBERS =
      List.of("Answered", "Mean training", "Last loss", "Held-out accuracy", "Distance");

  private SiteTable() {}

  static Markup write(JobFacts facts) {
    Markup out = new Markup().open("section").element("h2", "Sites");
    List<SiteSummary> sites = new ArrayList<>(facts.sites());
    if (sites.isEmpty()) {
      return out.element("p", "No site has been asked yet.", "class", "note").close("section");
    }
    sites.sort(
        Comparator.comparingDouble(SiteSummary::share).reversed().thenComparing(SiteSummary::site));
    legend(out, sites);
    String explained =
        "Share: part of the weight of all rounds' models. Distance: from the global model that the"
            + " newest update started from; more than twice the median is marked.";
    out.element("p", explained, "class", "note");
    if (sites.size() <= SHOWN) {
      return out.add(table(sites, sites)).close("section").line();
    }
    String note =
        "The "
            + SHOWN
            + " largest contributors of "
            + Numbers.count(sites.size())
            + " sites; the full table is below.";
    out.element("p", note, "class", "note").add(table(sites.subList(0, SHOWN), sites));
    out.open("details").element("summary", "All " + Numbers.count(sites.size()) + " sites");
    if (sites.size() > MOST) {
      String cut = "The first " + Numbers.count(MOST) + "; all are in the rounds' manifests.";
      out.element("p", cut, "class", "note warning");
    }
    return out.add(table(sites.subList(0, Math.min(MOST, sites.size())), sites))
        .close("details")
        .close("section")
        .line();
  }

  private static void legend(Markup out, List<SiteSummary> sites) {
    out.open("ul", "class", "legend");
    for (Outcome outcome : Outcome.values()) {
      if (!outcome.isShown(sites)) {
        continue;
      }
      out.open("li").element("i", "", "class", "key " + outcome.label());
      out.text(outcome.label().replace('-', ' ')).close("li");
    }
    out.close("ul").line();
  }

  private static Markup table(List<SiteSummary> sites, List<SiteSummary> all) {
    double largest = all.stream().mapToDouble(SiteSummary::share).max().orElse(0);
    double usual = median(all.stream().flatMap(site -> distance(site).stream()).toList());
    Markup out =
        new Markup()
            .open("div", "class", "scroll", "tabindex", "0")
            .open("table", "class", "sortable");
    out.open("thead").open("tr");
    for (String column : List.of("Site", "Share of the model", "Rounds")) {
      out.element("th", column, "scope", "col", "class", "left");
    }
    for (String column : NUMBERS) {
      out.element("th", column, "scope", "col", "class", "number");
    }
    List<Outcome> events = Outcome.events(all);
    for (Outcome outcome : events) {
      out.element(
          "th", capitalized(outcome.label().replace('-', ' ')), "scope", "col", "class", "event");
    }
    out.close("tr").close("thead").open("tbody").line();
    for (SiteSummary site : sites) {
      row(out, site, largest, usual, events);
    }
    return out.close("tbody").close("table").close("div").line();
  }

  private static void row(
      Markup out, SiteSummary site, double largest, double usual, List<Outcome> events) {
    out.open("tr").element("th", site.site().value(), "scope", "row");
    out.open("td", "class", "share", "data-sort", Double.toString(site.share()));
    out.add(ShareBar.draw(largest > 0 ? site.share() / largest : 0));
    out.element("span", Numbers.percent(site.share(), 1)).close("td");
    out.open("td", "title", outcomes(site));
    out.add(ParticipationStrip.draw(site.outcomes())).close("td");
    String answered =
        Numbers.count(site.count(Outcome.ANSWERED)) + " of " + Numbers.count(site.selected());
    number(out, answered, Optional.of((double) site.count(Outcome.ANSWERED)));
    number(out, site.meanSeconds().map(Numbers::seconds).orElse("–"), site.meanSeconds());
    Optional<Double> loss = site.last().map(c -> c.update().loss());
    number(out, loss.map(Numbers::decimal).orElse("–"), loss);
    Optional<Double> accuracy = site.heldOut().map(Metrics::accuracy);
    number(out, accuracy.map(Numbers::percent).orElse("–"), accuracy);
    distance(out, distance(site), usual);
    for (Outcome outcome : events) {
      int count = site.count(outcome);
      out.open("td", "class", "event", "data-sort", Integer.toString(count));
      if (count > 0) {
        out.element("span", Numbers.count(count), "class", "tag " + outcome.label());
      } else {
        out.text("–");
      }
      out.close("td");
    }
    out.close("tr").line();
  }

  private static void distance(Markup out, Optional<Double> distance, double usual) {
    out.open("td", "class", "number", "data-sort", distance.map(String::valueOf).orElse("-1"));
    if (distance.isPresent() && usual > 0 && distance.get() > 2 * usual) {
      String text = String.format(Locale.ROOT, "%.1f×", distance.get() / usual);
      out.element("span", text, "class", "far", "title", text + " the median distance");
    }
    out.text(distance.map(Numbers::decimal).orElse("–")).close("td");
  }

  private static void number(Markup out, String text, Optional<Double> value) {
    out.element(
        "td", text, "class", "number", "data-sort", value.map(String::valueOf).orElse("-1"));
  }

  private static String outcomes(SiteSummary site) {
    StringBuilder text = new StringBuilder();
    for (Outcome outcome : Outcome.values()) {
      int count =
          outcome == Outcome.NOT_SELECTED
              ? (int) site.outcomes().stream().filter(outcome::equals).count()
              : site.count(outcome);
      if (count > 0) {
        text.append(text.isEmpty() ? "" : ", ").append(Numbers.count(count)).append(' ');
        text.append(outcome.label().replace('-', ' '));
      }
    }
    return text.toString();
  }

  private static Optional<Double> distance(SiteSummary site) {
    return site.last().map(contribution -> contribution.distance());
  }

  private static String capitalized(String word) {
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().filter(Double::isFinite).sorted().toList();
    return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
  }
}
