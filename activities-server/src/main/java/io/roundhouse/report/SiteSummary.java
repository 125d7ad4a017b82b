package io.roundhouse.report;

import io.roundhouse.domain.Contribution;
import io.roundhouse.domain.Evaluation;
import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.SiteName;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One site over all training rounds. */
final class SiteSummary {
  private final SiteName site;
  private final Outcome[] outcomes;
  private final Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
  private double shares;
  private int selected;
  private int trainings;
  private double seconds;
  private double longest;
  private int slowest;
  private Optional<Contribution> last = Optional.empty();
  private Optional<Metrics> heldOut = Optional.empty();
  private int rounds;

  private SiteSummary(SiteName site, int rounds) {
    this.site = site;
    this.outcomes = new Outcome[rounds];
    Arrays.fill(outcomes, Outcome.NOT_SELECTED);
  }

  /** The sites of some training rounds, by name. */
  static List<SiteSummary> of(List<RoundManifest> training) {
    Map<SiteName, SiteSummary> sites = new TreeMap<>();
    int rounds = (int) training.stream().filter(r -> !r.contributions().isEmpty()).count();
    for (int i = 0; i < training.size(); i++) {
      RoundManifest round = training.get(i);
      for (SiteName name : round.selected()) {
        site(sites, name, training.size()).selected++;
      }
      for (Contribution contribution : round.contributions()) {
        site(sites, contribution.update().site(), training.size()).answered(i, contribution);
      }
      for (Exclusion exclusion : round.exclusions()) {
        site(sites, exclusion.site(), training.size()).left(i, Outcome.of(exclusion.cause()));
      }
      for (Evaluation.SiteMetrics evaluated : round.evaluation().sites()) {
        site(sites, evaluated.site(), training.size()).heldOut = Optional.of(evaluated.metrics());
      }
      slowest(round).ifPresent(c -> site(sites, c.update().site(), training.size()).slowest++);
    }
    sites.values().forEach(site -> site.rounds = rounds);
    return List.copyOf(sites.values());
  }

  /** The round's own contribution that took longest to train, the first by name of several. */
  static Optional<Contribution> slowest(RoundManifest round) {
    return round.contributions().stream()
        .filter(contribution -> contribution.staleness() == 0)
        .max(
            Comparator.comparingDouble((Contribution c) -> c.update().seconds())
                .thenComparing(c -> c.update().site(), Comparator.reverseOrder()));
  }

  private static SiteSummary site(Map<SiteName, SiteSummary> sites, SiteName name, int rounds) {
    return sites.computeIfAbsent(name, absent -> new SiteSummary(absent, rounds));
  }

  /** The newest of a site's contributions to a round comes first. */
  private void answered(int round, Contribution contribution) {
    boolean late = contribution.staleness() > 0;
    counts.merge(late ? Outcome.ANSWERED_LATE : Outcome.ANSWERED, 1, Integer::sum);
    if (outcomes[round] == Outcome.NOT_SELECTED) {
      outcomes[round] = late ? Outcome.ANSWERED_LATE : Outcome.ANSWERED;
      last = Optional.of(contribution);
    }
    shares += contribution.share();
    seconds += contribution.update().seconds();
    trainings++;
    longest = Math.max(longest, contribution.update().seconds());
  }

  private void left(int round, Outcome outcome) {
    counts.merge(outcome, 1, Integer::sum);
    if (outcomes[round] == Outcome.NOT_SELECTED || outcome == Outcome.QUARANTINED) {
      outcomes[round] = outcome;
    }
  }

  SiteName site() {
    return site;
  }

  /** Mean part of the global models' weight, 0 to 1; it sums to 1 over all sites. */
  double share() {
    return rounds == 0 ? 0 : shares / rounds;
  }

  /** How often it had this outcome. */
  int count(Outcome outcome) {
    return counts.getOrDefault(outcome, 0);
  }

  /** How often it was asked. */
  int selected() {
    return selected;
  }

  /** What came of it, one a training round. */
  List<Outcome> outcomes() {
    return List.of(outcomes);
  }

  /** Mean time of a training, seconds; empty if none was answered. */
  Optional<Double> meanSeconds() {
    return trainings == 0 ? Optional.empty() : Optional.of(seconds / trainings);
  }

  double longestSeconds() {
    return longest;
  }

  /** In how many rounds it was the slowest that answered. */
  int slowest() {
    return slowest;
  }

  Optional<Contribution> last() {
    return last;
  }

  /** What the global model reached on its held-out rows, most lately. */
  Optional<Metrics> heldOut() {
    return heldOut;
  }
}
