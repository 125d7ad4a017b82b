package io.roundhouse.report;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What came of a site over the rounds: a cell a round, or a cell for a run of rounds whose parts
 * stand for its shares.
 */
final class ParticipationStrip {
  private static final int CELLS = 60;
  private static final int CELL = 10;
  private static final int HEIGHT = 20;

  private ParticipationStrip() {}

  static Markup draw(List<Outcome> outcomes) {
    int cells = Math.min(CELLS, outcomes.size());
    Map<Outcome, StringBuilder> paths = new EnumMap<>(Outcome.class);
    for (int cell = 0; cell < cells; cell++) {
      int from = (int) ((long) outcomes.size() * cell / cells);
      int to = (int) ((long) outcomes.size() * (cell + 1) / cells);
      cell(outcomes.subList(from, to), cell * CELL, paths);
    }
    Markup out = new Markup();
    out.open(
        "svg",
        "class",
        "strip",
        "aria-hidden",
        "true",
        "preserveAspectRatio",
        "none",
        "viewBox",
        "0 0 " + Math.max(CELL, cells * CELL) + " " + HEIGHT,
        "width",
        Integer.toString(Math.min(160, cells * 8)));
    paths.forEach(
        (outcome, path) -> out.element("path", "", "class", outcome.label(), "d", path.toString()));
    return out.close("svg");
  }

  private static void cell(List<Outcome> run, int left, Map<Outcome, StringBuilder> paths) {
    int done = 0;
    int width = run.size() == 1 ? CELL - 2 : CELL;
    for (Outcome outcome : Outcome.values()) {
      int count = (int) run.stream().filter(outcome::equals).count();
      if (count > 0 && outcome != Outcome.NOT_SELECTED) {
        int bottom = HEIGHT - HEIGHT * done / run.size();
        int top = HEIGHT - HEIGHT * (done + count) / run.size();
        paths
            .computeIfAbsent(outcome, absent -> new StringBuilder())
            .append("M" + left + " " + bottom + "V" + top + "h" + width + "V" + bottom + "z");
        done += count;
      }
    }
  }
}
