package io.roundhouse.report;

import java.util.List;

/**
 * A bar for each of some runs of rounds, made of parts that stand on each other.
 *
 * @param plot its frame
 * @param styles class of each part, from below
 * @param bars from left to right
 */
record StackedBars(Plot plot, List<String> styles, List<Bar> bars) {
  /** The parts of a bar over the rounds {@code from} to {@code to}. */
  record Bar(int from, int to, List<Double> parts) {}

  Markup draw(List<Plot.Key> legend, List<Plot.Tip> tips) {
    Markup drawing = new Markup();
    for (int part = 0; part < styles.size(); part++) {
      StringBuilder path = new StringBuilder();
      for (Bar bar : bars) {
        append(path, bar, part);
      }
      drawing.element("path", "", "class", "bar " + styles.get(part), "d", path.toString());
    }
    return plot.around(legend, drawing, new Markup(), tips);
  }

  private void append(StringBuilder path, Bar bar, int part) {
    double below = 0;
    for (double lower : bar.parts().subList(0, part)) {
      below += lower;
    }
    double gap = bars.size() == 1 ? 0.35 : (bar.to() - bar.from() + 1) * 0.1;
    long left = plot.drawnX(bar.from() - 0.5 + gap);
    long right = Math.max(left + 2, plot.drawnX(bar.to() + 0.5 - gap));
    long bottom = plot.drawnY(below);
    long top = plot.drawnY(below + bar.parts().get(part));
    if (top < bottom) {
      path.append('M').append(left).append(' ').append(bottom).append('V').append(top);
      path.append('H').append(right).append('V').append(bottom).append('z');
    }
  }
}
