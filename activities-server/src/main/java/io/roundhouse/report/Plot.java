package io.roundhouse.report;

import java.util.List;
import java.util.function.DoubleFunction;

/**
 * The frame of a chart over rounds: title, legend, grid, axes and what is told on hovering. Text
 * and marks are placed in percent, so that they keep their size when the chart is stretched; only
 * the data is drawn in a stretched inner SVG.
 *
 * @param id unique in the page
 * @param title what is shown
 * @param description the chart in words
 * @param x rounds
 * @param y values
 * @param label how values of {@code y} are written
 */
record Plot(
    String id, String title, String description, Scale x, Scale y, DoubleFunction<String> label) {
  /** Size of the inner drawing in user units. */
  static final int WIDTH = 2000;

  static final int HEIGHT = 1000;

  /**
   * One entry of a legend.
   *
   * @param style class of its colour
   * @param name what it is
   * @param value its newest value, possibly empty
   */
  record Key(String style, String name, String value) {}

  /**
   * What is told of some rounds.
   *
   * @param from first round
   * @param to last round
   * @param text lines of text
   */
  record Tip(int from, int to, String text) {}

  /** The chart around what {@code drawing} (in units of the inner SVG) and {@code marks} hold. */
  Markup around(List<Key> legend, Markup drawing, Markup marks, List<Tip> tips) {
    Markup out = new Markup().open("figure", "class", "chart").open("figcaption");
    out.element("h3", title).open("ul", "class", "legend");
    for (Key key : legend) {
      out.open("li").element("i", "", "class", "key " + key.style()).text(key.name() + " ");
      out.element("b", key.value()).close("li");
    }
    out.close("ul").close("figcaption").line().open("div", "class", "plot");
    out.open("svg", "role", "img", "aria-labelledby", id + "-t " + id + "-d", "class", "frame");
    out.element("title", title, "id", id + "-t");
    out.element("desc", description, "id", id + "-d").line();
    grid(out);
    out.open(
        "svg",
        "viewBox",
        "0 0 " + WIDTH + " " + HEIGHT,
        "preserveAspectRatio",
        "none",
        "width",
        "100%",
        "height",
        "100%");
    out.add(drawing).close("svg").line().add(marks);
    for (Tip tip : tips) {
      double left = x.position(tip.from() - 0.5);
      out.open(
          "rect",
          "class",
          "hit",
          "x",
          percent(left),
          "width",
          percent(x.position(tip.to() + 0.5) - left),
          "height",
          "100%");
      out.element("title", tip.text()).close("rect");
    }
    return out.close("svg").close("div").close("figure").line();
  }

  /** Where a round lies, in percent of the width. */
  String left(double round) {
    return percent(x.position(round));
  }

  /** Where a value lies, in percent of the height from above. */
  String top(double value) {
    return percent(1 - y.position(value));
  }

  /** Where a round lies in the inner drawing. */
  long drawnX(double round) {
    return Math.round(x.position(round) * WIDTH);
  }

  /** Where a value lies in the inner drawing. */
  long drawnY(double value) {
    return Math.round((1 - y.position(value)) * HEIGHT);
  }

  private void grid(Markup out) {
    for (double tick : y.ticks()) {
      String top = top(tick);
      out.element("line", "", "class", "grid", "x2", "100%", "y1", top, "y2", top);
      out.element(
          "text", label.apply(tick), "class", "y", "x", "0", "dx", "-8", "dy", "4", "y", top);
    }
    for (double tick : x.ticks()) {
      String round = Numbers.count(Math.round(tick));
      out.element("text", round, "class", "x", "x", left(tick), "y", "100%", "dy", "20");
    }
    out.line();
  }

  private static String percent(double position) {
    return Numbers.fixed(position * 100, 2) + "%";
  }
}
