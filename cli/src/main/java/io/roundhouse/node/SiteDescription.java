package io.roundhouse.node;

import io.roundhouse.policy.SitePolicy;
import io.roundhouse.server.Versions;
import io.roundhouse.site.Site;
import io.roundhouse.workflows.DescribeActivities;
import io.roundhouse.workflows.SiteProfile;
import java.util.List;
import java.util.Set;

/** A site's answer to a roll call. */
final class SiteDescription implements DescribeActivities {
  private static final List<String> ENGINES = List.of("dl4j", "noop", "program");

  private final Site site;
  private final int slots;
  private final long startedAt = System.currentTimeMillis();

  SiteDescription(Site site, int slots) {
    this.site = site;
    this.slots = slots;
  }

  @Override
  public SiteProfile describe() {
    return new SiteProfile(
        site.name(),
        String.valueOf(Versions.current().get("roundhouse")),
        startedAt,
        slots,
        site.data().keySet().stream().sorted().toList(),
        trainers());
  }

  private List<String> trainers() {
    try {
      SitePolicy policy = site.policy().get();
      Set<String> allowed = policy.trainers().orElse(Set.copyOf(ENGINES));
      return ENGINES.stream().filter(allowed::contains).toList();
    } catch (RuntimeException mistakesInThePolicy) {
      return List.of();
    }
  }
}
