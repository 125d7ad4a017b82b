package io.roundhouse.workflows;

/**
 * What a job has borne since its last finished round, so that it bears nothing for ever.
 *
 * @param blockedSince when it began to lack sites, milliseconds since the epoch; 0 if it has them
 * @param repeats how often the round was repeated because too few good updates came
 * @param interruptions how often it was begun again because sites went offline in it, or somebody
 *     ended it by hand
 * @param unapprovedSince since when its model waits for approval, likewise; 0 if it does not
 */
public record Patience(long blockedSince, int repeats, int interruptions, long unapprovedSince) {
  /** Nothing. */
  public static final Patience FRESH = new Patience(0, 0, 0, 0);

  /** Most interruptions of a round. */
  static final int MOST_INTERRUPTIONS = 20;

  Patience blocked(long now) {
    return blockedSince == 0 ? new Patience(now, repeats, interruptions, unapprovedSince) : this;
  }

  Patience unapproved(long now) {
    return unapprovedSince == 0 ? new Patience(blockedSince, repeats, interruptions, now) : this;
  }

  /** Somebody has paused the job: the waiting begins anew. */
  Patience paused() {
    return new Patience(0, repeats, interruptions, 0);
  }

  Patience repeated() {
    return new Patience(blockedSince, repeats + 1, interruptions, unapprovedSince);
  }

  Patience interrupted() {
    return new Patience(blockedSince, repeats, interruptions + 1, unapprovedSince);
  }
}
