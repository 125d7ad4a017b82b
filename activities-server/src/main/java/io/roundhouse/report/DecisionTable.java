package io.roundhouse.report;

import io.roundhouse.domain.Decision;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What persons, and the job by its spec, decided while it ran. */
final class DecisionTable {
  private static final int SHOWN = 20;
  private static final int MOST = 1000;
  private static final int LONGEST = 500;

  private DecisionTable() {}

  static Markup write(JobFacts facts) {
    List<Decision> all = new ArrayList<>();
    facts.record().rounds().forEach(round -> all.addAll(round.carried().decisions()));
    Collections.reverse(all);
    Markup out = new Markup().open("section").element("h2", "Decisions");
    if (all.isEmpty()) {
      String none = "Nothing was decided while the job ran.";
      return out.element("p", none, "class", "note").close("section").line();
    }
    String note = Numbers.count(all.size(), "decision") + ", the newest first.";
    out.element("p", note, "class", "note");
    out.add(table(all.subList(0, Math.min(SHOWN, all.size()))));
    if (all.size() > SHOWN) {
      out.open("details").element("summary", (all.size() - SHOWN) + " more rows");
      out.add(table(all.subList(SHOWN, Math.min(MOST, all.size()))));
      if (all.size() > MOST) {
        String cut = Numbers.count(all.size() - MOST) + " more are in the rounds' manifests.";
        out.element("p", cut, "class", "note warning");
      }
      out.close("details");
    }
    return out.close("section").line();
  }

  private static Markup table(List<Decision> decisions) {
    Markup out =
        new Markup()
            .open("div", "class", "scroll", "tabindex", "0")
            .open("table", "class", "stack");
    out.open("thead").open("tr");
    for (String column : List.of("When", "After round", "Who", "What")) {
      out.element("th", column, "scope", "col", "class", "left");
    }
    out.close("tr").close("thead").open("tbody").line();
    for (Decision decision : decisions) {
      out.open("tr").element("th", Numbers.time(decision.at()), "scope", "row");
      out.element("td", Numbers.count(decision.round())).element("td", bounded(decision.by()));
      out.element("td", bounded(decision.text()), "class", "words").close("tr").line();
    }
    return out.close("tbody").close("table").close("div");
  }

  private static String bounded(String words) {
    return words.length() <= LONGEST ? words : words.substring(0, LONGEST) + "…";
  }
}
