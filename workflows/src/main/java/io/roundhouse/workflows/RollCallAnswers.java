package io.roundhouse.workflows;

import io.roundhouse.domain.SiteName;
import java.util.List;

/**
 * Who is there.
 *
 * @param present what each site that answered says of itself, in site order
 * @param absent those that did not, in site order
 */
public record RollCallAnswers(List<SiteProfile> present, List<SiteName> absent) {
  public RollCallAnswers {
    present = List.copyOf(present);
    absent = List.copyOf(absent);
  }
}
