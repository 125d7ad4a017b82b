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
 * @param spare sites that are asked beyond the selection, so that the round closes with the fastest
 * @param belowQuorum what to do when a round does not reach its quorum
 * @param repeats how often a round is repeated before the job fails
 * @param waitForSites how long a job waits for sites before it fails
 * @param late what becomes of late updates
 */
public record RoundsSpec(
    int count,
    SelectionSpec selection,
    List<SiteName> required,
    Optional<Integer> quorum,
    Optional<Integer> target,
    Duration deadline,
    Duration offlineAfter,
    Duration heartbeat,
    int spare,
    BelowQuorum belowQuorum,
    int repeats,
    Duration waitForSites,
    LateSpec late) {
  /**
   * What to do when too few of the asked sites gave a good update. A round that lacks them because
   * sites are offline waits for them and is repeated, unless rounds are skipped.
   */
  public enum BelowQuorum {
    /** The job fails. */
    FAIL,
    /** The deadline is given once more; then the job fails. */
    EXTEND,
    /** The round is done again, {@code repeats} times at most; then the job fails. */
    REPEAT,
    /** The global model stays as it is and the next round comes. */
    SKIP
  }

  public RoundsSpec {
    requireNonNull(selection, "selection is null");
    required = List.copyOf(required);
    requireNonNull(quorum, "quorum is null");
    requireNonNull(target, "target is null");
    requireNonNull(deadline, "deadline is null");
    requireNonNull(offlineAfter, "offlineAfter is null");
    requireNonNull(heartbeat, "heartbeat is null");
    requireNonNull(belowQuorum, "belowQuorum is null");
    requireNonNull(waitForSites, "waitForSites is null");
    requireNonNull(late, "late is null");
  }

  /** How many updates a round of a job with so many sites is meant to have. */
  public int wanted(int sites) {
    int selected = Math.max(selection.size(sites), required.size());
    return late instanceof LateSpec.Buffer buffer ? Math.min(buffer.size(), sites) : selected;
  }

  /** How many of so many sites are asked: those wanted and the spare ones. */
  public int asked(int sites) {
    return Math.min(sites, Math.max(selection.size(sites), required.size()) + spare);
  }

  /** The quorum of a round that {@code wanted} updates are meant for. */
  public int quorumOf(int wanted) {
    return quorum.orElse(late instanceof LateSpec.Buffer ? wanted : wanted / 2 + 1);
  }

  /** The number of updates that closes a round that {@code wanted} updates are meant for. */
  public int targetOf(int wanted) {
    return Math.min(target.orElse(wanted), wanted);
  }

  /** The longest that one training may take: late ones are waited for, and deadlines extended. */
  public Duration longestTraining() {
    Duration round = belowQuorum == BelowQuorum.EXTEND ? deadline.multipliedBy(2) : deadline;
    return round.plus(late.worth().within());
  }
}
