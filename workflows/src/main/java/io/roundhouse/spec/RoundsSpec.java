package io.roundhouse.spec;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.SiteName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How rounds are run.
 *
 * @param count training rounds
 * @param selection how many sites take part in each
 * @param required sites that always take part
 * @param quorum fewest updates that make a round valid; a majority of those selected if absent
 * @param target updates that close a round early; all selected if absent
 * @param deadline when a round closes at the latest
 * @param offlineAfter a site that has not taken its task by then is offline for the round
 * @param heartbeat a site that is silent for so long is taken for dead and its task is tried again
 */
public record RoundsSpec(
    int count,
    SelectionSpec selection,
    List<SiteName> required,
    Optional<Integer> quorum,
    Optional<Integer> target,
    Duration deadline,
    Duration offlineAfter,
    Duration heartbeat) {
  public RoundsSpec {
    requireNonNull(selection, "selection is null");
    required = List.copyOf(required);
    requireNonNull(quorum, "quorum is null");
    requireNonNull(target, "target is null");
    requireNonNull(deadline, "deadline is null");
    requireNonNull(offlineAfter, "offlineAfter is null");
    requireNonNull(heartbeat, "heartbeat is null");
  }

  /** The quorum of a round that {@code selected} sites take part in. */
  public int quorumOf(int selected) {
    return quorum.orElse(selected / 2 + 1);
  }

  /** The number of updates that closes a round that {@code selected} sites take part in. */
  public int targetOf(int selected) {
    return Math.min(target.orElse(selected), selected);
  }
}
