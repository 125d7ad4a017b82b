package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.SiteName;
import java.util.List;

/**
 * Who is asked for what.
 *
 * @param task which lines
 * @param sites their names
 * @param servers likewise; sites and servers are at most 100
 */
public record LogRequest(LogTask task, List<SiteName> sites, List<String> servers) {
  /** The most that are asked at once. */
  public static final int MOST_ASKED = 100;

  /**
   * @throws IllegalArgumentException if too many are asked
   */
  public LogRequest {
    requireNonNull(task, "task is null");
    sites = List.copyOf(sites);
    servers = List.copyOf(servers);
    if (sites.size() + servers.size() > MOST_ASKED) {
      throw new IllegalArgumentException("at most " + MOST_ASKED + " are asked at once");
    }
  }
}
