package io.roundhouse.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.domain.Seed;
import io.roundhouse.domain.SiteName;
import io.roundhouse.spec.JobSpecReader;
import io.roundhouse.spec.RoundsSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SiteSelectionTest {
  private static final Seed SEED = new Seed(7);

  @Test
  void takesAllSitesInOrder() {
    assertThat(select(Map.of(), sites(5), 1)).isEqualTo(sites(5));
  }

  @Test
  void takesTheShareRoundedUp() {
    assertThat(select(Map.of("rounds.selection", fraction(0.3)), sites(10), 1)).hasSize(3);
    assertThat(select(Map.of("rounds.selection", fraction(0.25)), sites(10), 1)).hasSize(3);
  }

  @Test
  void drawsTheSameSitesForTheSameSeedAndRound() {
    Map<String, Object> spec = Map.of("rounds.selection", fraction(0.5));
    assertThat(select(spec, sites(20), 4)).isEqualTo(select(spec, sites(20), 4));
    assertThat(select(spec, sites(20), 4)).isNotEqualTo(select(spec, sites(20), 5));
  }

  @Test
  void alwaysTakesRequiredSites() {
    Map<String, Object> spec =
        Map.of("rounds.selection", fraction(0.1), "rounds.required", List.of("s03", "s07"));
    for (int round = 1; round <= 50; round++) {
      assertThat(select(spec, sites(20), round))
          .containsExactly(new SiteName("s03"), new SiteName("s07"));
    }
  }

  @Test
  void givesEverySiteItsTurn() {
    Map<SiteName, Integer> turns = new HashMap<>();
    Map<String, Object> spec = Map.of("rounds.selection", Map.of("type", "count", "sites", 4));
    for (int round = 1; round <= 1000; round++) {
      select(spec, sites(16), round).forEach(site -> turns.merge(site, 1, Integer::sum));
    }
    assertThat(turns).hasSize(16);
    assertThat(turns.values())
        .as("250 expected each, seed " + SEED)
        .allMatch(n -> n > 190 && n < 310);
  }

  @Test
  void aNewSiteDoesNotChangeTheLotsOfTheOthers() {
    Map<String, Object> spec = Map.of("rounds.selection", Map.of("type", "count", "sites", 8));
    List<SiteName> before = select(spec, sites(16), 1);
    List<SiteName> after = select(spec, sites(17), 1);
    assertThat(after.stream().filter(site -> !before.contains(site)).count())
        .isLessThanOrEqualTo(1);
  }

  private static Map<String, Object> fraction(double share) {
    return Map.of("type", "fraction", "share", share);
  }

  private static List<SiteName> sites(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> new SiteName("s%02d".formatted(i)))
        .toList();
  }

  private static List<SiteName> select(
      Map<String, Object> settings, List<SiteName> sites, int round) {
    RoundsSpec spec = JobSpecReader.read(FakeFederation.spec(settings)).rounds();
    return SiteSelection.select(spec, sites, SEED, round, spec.asked(sites.size()));
  }
}
