package io.roundhouse.report;

import io.roundhouse.domain.Contribution;
import io.roundhouse.domain.RoundManifest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Where the time went, and which sites the others waited for. */
final class Timing {
  private static final int MOST_BARS = 80;
  private static final List<String> STYLES = List.of("train", "aggregate", "evaluate");
  private static final List<ToDoubleFunction<RoundManifest.Seconds>> PARTS =
      List.of(
          RoundManifest.Seconds::train,
          RoundManifest.Seconds::aggregate,
          RoundManifest.Seconds::evaluate);

  private Timing() {}

  static Markup write(JobFacts facts) {
    Markup out = new Markup().open("section").element("h2", "Time and stragglers");
    if (facts.training().isEmpty()) {
      return out.element("p", "No training round is finished yet.", "class", "note")
          .close("section");
    }
    out.open("div", "class", "pair").add(chart(facts.training())).add(Stragglers.write(facts));
    return out.close("div").close("section").line();
  }

  private static Markup chart(List<RoundManifest> rounds) {
    int run = (rounds.size() + MOST_BARS - 1) / MOST_BARS;
    List<StackedBars.Bar> bars = new ArrayList<>();
    List<Plot.Tip> tips = new ArrayList<>();
    double highest = 0;
    for (int i = 0; i < rounds.size(); i += run) {
      List<RoundManifest> part = rounds.subList(i, Math.min(rounds.size(), i + run));
      int from = part.get(0).round();
      int to = part.get(part.size() - 1).round();
      List<Double> means = PARTS.stream().map(seconds -> mean(part, seconds)).toList();
      bars.add(new StackedBars.Bar(from, to, means));
      tips.add(new Plot.Tip(from, to, tip(part, from, to, means)));
      highest = Math.max(highest, means.stream().mapToDouble(Double::doubleValue).sum());
    }
    int first = rounds.get(0).round();
    int last = rounds.get(rounds.size() - 1).round();
    Scale y = Scale.covering(0, highest, 5);
    Plot plot =
        new Plot(
            "timing",
            run == 1 ? "Seconds a round" : "Seconds a round, means of " + run,
            "Seconds of training, aggregation and evaluation, stacked, over rounds "
                + Numbers.count(first)
                + " to "
                + Numbers.count(last)
                + ".",
            Scale.rounds(first, last, 6),
            new Scale(0, y.high(), y.step()),
            v -> Numbers.fixed(v, y.decimals()) + " s");
    List<Plot.Key> legend = new ArrayList<>();
    for (int i = 0; i < STYLES.size(); i++) {
      String mean = Numbers.seconds(mean(rounds, PARTS.get(i)));
      legend.add(new Plot.Key(STYLES.get(i), STYLES.get(i), mean));
    }
    return new StackedBars(plot, STYLES, bars).draw(legend, tips);
  }

  private static String tip(List<RoundManifest> part, int from, int to, List<Double> means) {
    StringBuilder text = new StringBuilder(from == to ? "Round " : "Rounds ");
    text.append(Numbers.count(from)).append(from == to ? "" : " to " + Numbers.count(to));
    for (int i = 0; i < STYLES.size(); i++) {
      text.append('\n').append(STYLES.get(i)).append(' ').append(Numbers.seconds(means.get(i)));
    }
    part.stream()
        .flatMap(round -> SiteSummary.slowest(round).stream())
        .max(Comparator.comparingDouble((Contribution c) -> c.update().seconds()))
        .map(Contribution::update)
        .ifPresent(
            slowest ->
                text.append("\nslowest ")
                    .append(slowest.site())
                    .append(", ")
                    .append(Numbers.seconds(slowest.seconds())));
    return text.toString();
  }

  private static double mean(
      List<RoundManifest> rounds, ToDoubleFunction<RoundManifest.Seconds> part) {
    Optional<Double> sum =
        rounds.stream().map(round -> part.applyAsDouble(round.seconds())).reduce(Double::sum);
    return sum.orElse(0.0) / rounds.size();
  }
}
