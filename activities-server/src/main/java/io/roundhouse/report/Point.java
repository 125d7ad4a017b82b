package io.roundhouse.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A value of a round.
 *
 * @param x the round
 * @param y the value
 */
record Point(int x, double y) {
  /**
   * At most twice {@code buckets} points, and the two ends: the lowest and the highest of every run
   * of neighbours, so that no spike is lost. Values that are not finite are left out.
   */
  static List<Point> thinned(List<Point> points, int buckets) {
    List<Point> finite = points.stream().filter(p -> Double.isFinite(p.y)).toList();
    if (finite.size() <= 2 * buckets) {
      return finite;
    }
    List<Point> kept = new ArrayList<>();
    kept.add(finite.get(0));
    int inner = finite.size() - 2;
    for (int i = 0; i < buckets; i++) {
      int from = 1 + (int) ((long) inner * i / buckets);
      int to = 1 + (int) ((long) inner * (i + 1) / buckets);
      keepExtremes(finite.subList(from, to), kept);
    }
    kept.add(finite.get(finite.size() - 1));
    return kept;
  }

  private static void keepExtremes(List<Point> run, List<Point> kept) {
    Point low = run.get(0);
    Point high = run.get(0);
    for (Point point : run) {
      low = point.y < low.y ? point : low;
      high = point.y > high.y ? point : high;
    }
    kept.add(low.x <= high.x ? low : high);
    if (low.x != high.x) {
      kept.add(low.x <= high.x ? high : low);
    }
  }
}
