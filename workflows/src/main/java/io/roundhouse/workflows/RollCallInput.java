package io.roundhouse.workflows;

import io.roundhouse.domain.SiteName;
import java.util.List;

/**
 * Who is called.
 *
 * @param sites their names, at most 2,000
 * @param seconds how long an answer is waited for, 1 to 300
 */
public record RollCallInput(List<SiteName> sites, int seconds) {
  private static final int MOST_SITES = 2_000;
  private static final int LONGEST = 300;

  /**
   * @throws IllegalArgumentException if there are too many sites, or the time is out of range
   */
  public RollCallInput {
    sites = List.copyOf(sites);
    if (sites.size() > MOST_SITES || seconds < 1 || seconds > LONGEST) {
      throw new IllegalArgumentException(
          "not a roll call: " + sites.size() + " sites in " + seconds + " s");
    }
  }
}
