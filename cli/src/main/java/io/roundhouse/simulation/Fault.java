package io.roundhouse.simulation;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.SiteName;

/** Something that goes wrong once in a job, in its round or as soon after as it can. */
public sealed interface Fault {
  /** The round, from 1. */
  int round();

  /** The moment at which an aggregation fails. */
  enum Moment {
    /** Before it has done anything. */
    BEFORE("before it begins"),
    /** While it stores the new model. */
    DURING("while it stores the model"),
    /** After it has stored everything, before it could say so. */
    AFTER("after it has stored the model");

    private final String words;

    Moment(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  /**
   * A site is killed in a training, and comes back.
   *
   * @param epoch after the first batch of this epoch or of a later one, from 0
   */
  record SiteKilled(int round, SiteName site, int epoch) implements Fault {
    public SiteKilled {
      requireNonNull(site, "site is null");
    }
  }

  /**
   * The workflow worker is lost with what it has in its cache, and another one takes over.
   *
   * @param aggregating whether while the server aggregates, else while sites train
   */
  record WorkflowsLost(int round, boolean aggregating) implements Fault {}

  /** The first attempt of an aggregation fails. */
  record AggregationFails(int round, Moment moment) implements Fault {
    public AggregationFails {
      requireNonNull(moment, "moment is null");
    }
  }

  /**
   * The store is in trouble.
   *
   * @param requests for how many requests
   */
  record StoreInTrouble(int round, StoreRelay.Trouble trouble, int requests) implements Fault {
    public StoreInTrouble {
      requireNonNull(trouble, "trouble is null");
    }
  }
}
