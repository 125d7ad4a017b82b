package io.roundhouse.spec;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** How many of the job's sites take part in a round. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = SelectionSpec.All.class, name = "all"),
  @JsonSubTypes.Type(value = SelectionSpec.Fraction.class, name = "fraction"),
  @JsonSubTypes.Type(value = SelectionSpec.Count.class, name = "count")
})
public sealed interface SelectionSpec {
  /** Every site. */
  record All() implements SelectionSpec {}

  /**
   * A share of the sites, rounded up, drawn anew each round.
   *
   * @param share above 0, up to 1
   */
  record Fraction(double share) implements SelectionSpec {}

  /**
   * A number of sites, drawn anew each round.
   *
   * @param sites at least 1
   */
  record Count(int sites) implements SelectionSpec {}

  /** How many of {@code sites} take part. */
  default int size(int sites) {
    if (this instanceof Fraction fraction) {
      return Math.max(1, (int) Math.ceil(fraction.share() * sites - 1e-9));
    }
    return this instanceof Count count ? Math.min(count.sites(), sites) : sites;
  }
}
