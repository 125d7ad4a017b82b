package io.roundhouse.workflows;

import io.roundhouse.domain.Seed;
import io.roundhouse.domain.SiteName;
import io.roundhouse.spec.RoundsSpec;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Who takes part in a round. */
final class SiteSelection {
  private SiteSelection() {}

  /**
   * The required sites that are there, and others up to the size. Each site's lot depends on the
   * seed, the round and its own name only: a site that joins or leaves does not change the others'.
   *
   * @return the selected sites, in site order
   */
  static List<SiteName> select(
      RoundsSpec spec, Collection<SiteName> sites, Seed seed, int round, int size) {
    Seed lots = seed.derive("selection").derive(round);
    List<SiteName> required = spec.required().stream().filter(sites::contains).toList();
    Stream<SiteName> drawn =
        sites.stream()
            .filter(site -> !required.contains(site))
            .sorted(
                Comparator.comparingLong((SiteName site) -> lots.derive(site.value()).value())
                    .thenComparing(Comparator.naturalOrder()))
            .limit(Math.max(0, size - required.size()));
    return Stream.concat(required.stream(), drawn).sorted().toList();
  }
}
