package io.roundhouse.report;

import io.roundhouse.domain.Best;
import io.roundhouse.domain.Evaluation;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.SiteName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/**
 * One quantity of the global model over the rounds that were evaluated: on the server's examples,
 * as the mean over the sites and at each site, or as the sites' range when they are many.
 *
 * @param quantity what is shown
 * @param rounds the evaluated rounds in order, at least one
 * @param best the best model
 */
record LearningCurve(Quantity quantity, List<RoundManifest> rounds, Optional<Best> best) {
  private static final int MOST_SITE_LINES = 12;
  private static final int MOST_SITE_POINTS = 300;
  private static final int MOST_TIPS = 200;

  Markup draw() {
    List<Point> central = points(round -> round.evaluation().central());
    List<Point> federated = points(round -> round.evaluation().federated());
    Map<SiteName, List<Point>> sites = sites();
    boolean asBand = sites.size() > MOST_SITE_LINES || rounds.size() > MOST_SITE_POINTS;
    List<LineChart.Line> lines = new ArrayList<>();
    if (!asBand) {
      sites.values().forEach(points -> lines.add(new LineChart.Line("site", points, false)));
    }
    lines.add(new LineChart.Line("federated", federated, true));
    lines.add(new LineChart.Line("central", central, true));
    List<Plot.Key> legend = new ArrayList<>();
    newest(central).ifPresent(value -> legend.add(new Plot.Key("central", "central", value)));
    newest(federated).ifPresent(value -> legend.add(new Plot.Key("federated", "federated", value)));
    if (!sites.isEmpty()) {
      String number = Numbers.count(sites.size(), "site");
      legend.add(
          asBand
              ? new Plot.Key("range", "range of " + number, "")
              : new Plot.Key("site", number, ""));
    }
    return new LineChart(plot(), asBand ? List.of(band()) : List.of(), lines, mark())
        .draw(legend, tips());
  }

  private Plot plot() {
    double[] values =
        rounds.stream()
            .flatMapToDouble(
                round ->
                    DoubleStream.concat(
                        DoubleStream.concat(
                            round.evaluation().central().stream().mapToDouble(quantity::of),
                            round.evaluation().federated().stream().mapToDouble(quantity::of)),
                        range(round)))
            .filter(Double::isFinite)
            .sorted()
            .toArray();
    double low = values.length == 0 ? 0 : values[0];
    double high = values.length == 0 ? 1 : values[values.length - 1];
    Scale y = quantity.scale(low, high);
    int first = rounds.get(0).round();
    int last = rounds.get(rounds.size() - 1).round();
    String description =
        quantity.title()
            + " of the global model over rounds "
            + Numbers.count(first)
            + " to "
            + Numbers.count(last)
            + ", between "
            + quantity.write(low)
            + " and "
            + quantity.write(high)
            + ".";
    return new Plot(
        quantity.title().toLowerCase(Locale.ROOT),
        quantity.title(),
        description,
        Scale.rounds(first, last, 6),
        y,
        value -> quantity.tick(value, y));
  }

  private Optional<LineChart.Mark> mark() {
    return best.filter(model -> Double.isFinite(quantity.of(model.metrics())))
        .filter(model -> rounds.stream().anyMatch(round -> round.round() == model.round()))
        .map(
            model ->
                new LineChart.Mark(
                    "best",
                    new Point(model.round(), quantity.of(model.metrics())),
                    "best, round " + Numbers.count(model.round())));
  }

  private List<Plot.Tip> tips() {
    List<Plot.Tip> tips = new ArrayList<>();
    int every = (rounds.size() + MOST_TIPS - 1) / MOST_TIPS;
    for (int i = 0; i < rounds.size(); i += every) {
      int round = rounds.get(i).round();
      int next = i + every < rounds.size() ? rounds.get(i + every).round() : round + 1;
      tips.add(new Plot.Tip(round, next - 1, tip(rounds.get(i))));
    }
    return tips;
  }

  private String tip(RoundManifest round) {
    StringBuilder text = new StringBuilder("Round " + Numbers.count(round.round()));
    Evaluation evaluation = round.evaluation();
    evaluation.central().ifPresent(m -> text.append("\ncentral ").append(written(m)));
    evaluation.federated().ifPresent(m -> text.append("\nfederated ").append(written(m)));
    double[] range = range(round).toArray();
    if (range.length > 0) {
      text.append("\nsites ").append(quantity.write(range[0]));
      text.append(" to ").append(quantity.write(range[1]));
    }
    return text.toString();
  }

  private String written(Metrics metrics) {
    return quantity.write(quantity.of(metrics));
  }

  private Optional<String> newest(List<Point> points) {
    return points.isEmpty()
        ? Optional.empty()
        : Optional.of(quantity.write(points.get(points.size() - 1).y()));
  }

  private List<Point> points(Function<RoundManifest, Optional<Metrics>> metrics) {
    List<Point> points = new ArrayList<>();
    for (RoundManifest round : rounds) {
      metrics.apply(round).ifPresent(m -> points.add(new Point(round.round(), quantity.of(m))));
    }
    return points;
  }

  private Map<SiteName, List<Point>> sites() {
    Map<SiteName, List<Point>> sites = new TreeMap<>();
    for (RoundManifest round : rounds) {
      for (Evaluation.SiteMetrics site : round.evaluation().sites()) {
        sites
            .computeIfAbsent(site.site(), absent -> new ArrayList<>())
            .add(new Point(round.round(), quantity.of(site.metrics())));
      }
    }
    return sites;
  }

  private LineChart.Band band() {
    List<Point> low = new ArrayList<>();
    List<Point> high = new ArrayList<>();
    for (RoundManifest round : rounds) {
      double[] range = range(round).toArray();
      if (range.length > 0) {
        low.add(new Point(round.round(), range[0]));
        high.add(new Point(round.round(), range[1]));
      }
    }
    return new LineChart.Band("range", low, high);
  }

  /** The lowest and the highest that the sites measured; nothing if none did. */
  private DoubleStream range(RoundManifest round) {
    double[] sorted =
        round.evaluation().sites().stream()
            .mapToDouble(site -> quantity.of(site.metrics()))
            .filter(Double::isFinite)
            .sorted()
            .toArray();
    return sorted.length == 0
        ? DoubleStream.empty()
        : DoubleStream.of(sorted[0], sorted[sorted.length - 1]);
  }
}
