package io.roundhouse.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Values over rounds as lines and bands.
 *
 * @param plot its frame
 * @param bands drawn first
 * @param lines drawn in order
 * @param mark a value that stands out
 */
record LineChart(Plot plot, List<Band> bands, List<Line> lines, Optional<Mark> mark) {
  private static final int BUCKETS = 150;

  /** A line of a style; {@code dotted} if its ends are marked. */
  record Line(String style, List<Point> points, boolean dotted) {}

  /** The area between two lines over the same rounds. */
  record Band(String style, List<Point> low, List<Point> high) {}

  /** A point with a word on it. */
  record Mark(String style, Point at, String label) {}

  Markup draw(List<Plot.Key> legend, List<Plot.Tip> tips) {
    Markup drawing = new Markup();
    Markup marks = new Markup();
    for (Band band : bands) {
      List<Point> outline = new ArrayList<>(Point.thinned(band.high(), BUCKETS));
      List<Point> low = Point.thinned(band.low(), BUCKETS);
      for (int i = low.size() - 1; i >= 0; i--) {
        outline.add(low.get(i));
      }
      drawing.element("path", "", "class", "band " + band.style(), "d", path(outline) + "z");
    }
    for (Line line : lines) {
      List<Point> points = Point.thinned(line.points(), BUCKETS);
      if (points.isEmpty()) {
        continue;
      }
      drawing.element("path", "", "class", "line " + line.style(), "d", path(points));
      if (line.dotted()) {
        dot(marks, "dot " + line.style(), points.get(points.size() - 1));
      }
    }
    mark.ifPresent(best -> draw(best, marks));
    return plot.around(legend, drawing, marks, tips);
  }

  private void draw(Mark best, Markup marks) {
    String left = plot.left(best.at().x());
    double position = plot.x().position(best.at().x());
    String anchor = position < 0.25 ? "start" : position > 0.75 ? "end" : "middle";
    marks.element("line", "", "class", "mark", "x1", left, "x2", left, "y2", "100%");
    dot(marks, "ring " + best.style(), best.at());
    marks.element("text", best.label(), "class", "mark " + anchor, "x", left, "dy", "-8");
  }

  private void dot(Markup marks, String style, Point at) {
    String r = style.startsWith("ring") ? "5.5" : "3.5";
    marks.element(
        "circle", "", "class", style, "cx", plot.left(at.x()), "cy", plot.top(at.y()), "r", r);
  }

  private String path(List<Point> points) {
    StringBuilder path = new StringBuilder();
    for (Point point : points) {
      path.append(path.isEmpty() ? 'M' : 'L').append(plot.drawnX(point.x()));
      path.append(' ').append(plot.drawnY(point.y()));
    }
    return path.toString();
  }
}
