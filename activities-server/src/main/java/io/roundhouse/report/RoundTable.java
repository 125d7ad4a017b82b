package io.roundhouse.report;

import io.roundhouse.domain.Contribution;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.RoundManifest;
import java.util.List;
import java.util.Optional;

/** The newest rounds, one a row. */
final class RoundTable {
  private static final int MOST = 200;
  private static final int OPEN = 30;

  private RoundTable() {}

  static Markup write(JobFacts facts) {
    List<RoundManifest> all = facts.record().rounds();
    Markup out = new Markup().open("section").element("h2", "Rounds");
    if (all.isEmpty()) {
      return out.element("p", "No round is finished yet.", "class", "note").close("section");
    }
    List<RoundManifest> rounds = all.subList(Math.max(0, all.size() - MOST), all.size());
    if (rounds.size() <= OPEN) {
      out.open("details", "open", "");
    } else {
      out.open("details");
    }
    String summary =
        rounds.size() == all.size()
            ? "All " + Numbers.count(all.size(), "round")
            : "The last " + MOST + " of " + Numbers.count(all.size(), "round");
    out.element("summary", summary + ", newest first").add(table(facts, rounds)).close("details");
    if (rounds.size() < all.size()) {
      out.element("p", "Every round is in metrics.csv and in its own manifest.", "class", "note");
    }
    return out.close("section").line();
  }

  private static Markup table(JobFacts facts, List<RoundManifest> rounds) {
    Markup out =
        new Markup()
            .open("div", "class", "scroll", "tabindex", "0")
            .open("table", "class", "sortable");
    out.open("thead").open("tr");
    for (String column :
        List.of(
            "Round",
            "Answered",
            "Accuracy",
            "Loss",
            "Federated accuracy",
            "Federated loss",
            "Time",
            "Slowest site",
            "Moved",
            "Model SHA-256")) {
      boolean left = column.equals("Slowest site") || column.startsWith("Model");
      out.element("th", column, "scope", "col", "class", left ? "left" : "number");
    }
    out.close("tr").close("thead").open("tbody").line();
    int best = facts.best().map(b -> b.round()).orElse(-1);
    for (int i = rounds.size() - 1; i >= 0; i--) {
      row(out, rounds.get(i), rounds.get(i).round() == best);
    }
    return out.close("tbody").close("table").close("div");
  }

  private static void row(Markup out, RoundManifest round, boolean best) {
    out.open("tr", "class", best ? "best" : "");
    out.open("th", "scope", "row", "class", "number", "data-sort", String.valueOf(round.round()));
    if (best) {
      out.element("span", "best", "class", "tag best");
    }
    out.text(Numbers.count(round.round())).close("th");
    number(out, answered(round), Optional.of((double) round.contributions().size()));
    metrics(out, round.evaluation().decisive());
    metrics(out, round.evaluation().federated());
    double seconds = round.seconds().total();
    number(out, Numbers.seconds(seconds), Optional.of(seconds));
    out.element(
        "td",
        SiteSummary.slowest(round)
            .map(Contribution::update)
            .map(update -> update.site() + ", " + Numbers.seconds(update.seconds()))
            .orElse("–"));
    number(out, Numbers.bytes(round.bytes()), Optional.of((double) round.bytes()));
    String hex = round.model().sha256().hex();
    out.open("td").element("code", round.model().sha256().abbreviated(), "title", hex);
    out.close("td").close("tr").line();
  }

  /** {@code 7 of 8}, {@code 7 of 8 and 2 late}, {@code skipped}. */
  private static String answered(RoundManifest round) {
    int late = round.summary().late();
    return switch (round.outcome()) {
      case INITIAL -> "initial";
      case SKIPPED -> "skipped";
      case AGGREGATED ->
          Numbers.count(round.contributions().size() - late)
              + " of "
              + Numbers.count(round.selected().size())
              + (late == 0 ? "" : " and " + Numbers.count(late) + " late");
    };
  }

  private static void metrics(Markup out, Optional<Metrics> metrics) {
    Optional<Double> accuracy = metrics.map(Metrics::accuracy);
    Optional<Double> loss = metrics.map(Metrics::loss);
    number(out, accuracy.map(Numbers::percent).orElse("–"), accuracy);
    number(out, loss.map(Numbers::decimal).orElse("–"), loss);
  }

  private static void number(Markup out, String text, Optional<Double> value) {
    out.element(
        "td", text, "class", "number", "data-sort", value.map(String::valueOf).orElse("-1"));
  }
}
