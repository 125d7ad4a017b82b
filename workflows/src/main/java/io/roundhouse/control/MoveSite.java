package io.roundhouse.control;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.SiteName;

/**
 * Changes a site's part in a job.
 *
 * @param by who
 * @param reason why; may be empty
 * @param site which
 * @param move how
 */
public record MoveSite(String by, String reason, SiteName site, Move move) {
  /** What happens to the site. */
  public enum Move {
    /** It becomes one of the job's sites. */
    JOIN,
    /** It is no longer one; what it gave stays in the model. */
    LEAVE,
    /** It is left out until it is restored. */
    SUSPEND,
    /** It takes part again, and what was held against it is forgotten. */
    RESTORE
  }

  public MoveSite {
    requireNonNull(by, "by is null");
    requireNonNull(reason, "reason is null");
    requireNonNull(site, "site is null");
    requireNonNull(move, "move is null");
  }
}
