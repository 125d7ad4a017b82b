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
   * The required sites, and as many others as the spec asks for. Each site's lot depends on the
   * seed, the round and its own name only: a site that joins or leaves does not change the others'.
   *
   * @return the selected sites, in site order
   */
  static List<SiteName> select(RoundsSpec spec, Collection<SiteName> sites, Seed seed, int round) {
    Seed lots = seed.derive("selection").derive(round);
    int size = Math.max(spec.selection().size(sites.size()), spec.required().size());
    Stream<SiteName> drawn =
        sites.stream()
            .filter(site -> !spec.required().contains(site))
            .sorted(
                Comparator.comparingLong((SiteName site) -> lots.derive(site.value()).value())
                    .thenComparing(Comparator.naturalOrder()))
            .limit(size - spec.required().size());
    return Stream.concat(spec.required().stream(), drawn).sorted().toList();
  }
}
