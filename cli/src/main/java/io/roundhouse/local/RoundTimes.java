package io.roundhouse.local;

import io.roundhouse.domain.RoundManifest;
import io.roundhouse.terminal.Units;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** How long the rounds of a finished job took, for benchmarks. */
public final class RoundTimes {
  private RoundTimes() {}

  /**
   * One line. A round lasts from its own start to that of the next; the first tenth is warm-up.
   *
   * @param manifests of at least three rounds, in their order
   */
  public static String line(List<RoundManifest> manifests) {
    List<Long> millis =
        IntStream.range(Math.max(1, manifests.size() / 10), manifests.size() - 1)
            .mapToObj(
                round -> manifests.get(round + 1).startedAt() - manifests.get(round).startedAt())
            .sorted()
            .toList();
    return Units.format(
        "a round    median %d ms, 95%% under %d ms, slowest %d ms",
        millis.get(millis.size() / 2),
        millis.get(millis.size() * 95 / 100),
        millis.get(millis.size() - 1));
  }

  /**
   * What makes such times worth less: a round that did without some of the sites. Empty if none
   * did.
   *
   * @param manifests of a finished job, round 0 first, which trains nothing
   * @param sites how many were to train in each round
   */
  static Optional<String> shortage(List<RoundManifest> manifests, int sites) {
    int fewest =
        manifests.stream()
            .skip(1)
            .mapToInt(round -> round.contributions().size())
            .min()
            .orElse(sites);
    return fewest == sites
        ? Optional.empty()
        : Optional.of(
            Units.format(
                "incomplete a round has updates of %d of %d sites only, perhaps you should look at"
                    + " the logs",
                fewest, sites));
  }
}
