package io.roundhouse.domain;

import static java.util.Objects.requireNonNull;

/**
 * An update that came after its round had closed.
 *
 * @param round the round that it was trained in
 * @param take of that round
 * @param base the global model that it started from
 * @param update what came
 * @param arrivedAt milliseconds since the epoch
 */
public record LateUpdate(int round, int take, Artifact base, Update update, long arrivedAt) {
  public LateUpdate {
    requireNonNull(base, "base is null");
    requireNonNull(update, "update is null");
  }

  /** Whether this is the update of that site in that round. */
  public boolean is(SiteName site, int ofRound) {
    return update.site().equals(site) && round == ofRound;
  }
}
