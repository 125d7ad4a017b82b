package io.roundhouse.simulation;

import io.roundhouse.domain.Seed;
import io.roundhouse.domain.SiteName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What goes wrong in a job: every kind of fault at least once.
 *
 * @param faults by round
 */
public record FaultPlan(List<Fault> faults) {
  private static final int KILLED_SITES = 2;
  private static final int MOST_REQUESTS = 4;

  public FaultPlan {
    faults = List.copyOf(faults);
  }

  /**
   * Draws a plan whose faults are as far apart as the rounds allow.
   *
   * @param rounds of the job, at least 1
   * @param epochs of a training, at least 1
   * @param sites of the job
   */
  public static FaultPlan draw(Seed seed, int rounds, int epochs, List<SiteName> sites) {
    SplittableRandom random = seed.derive("faults").random();
    Rounds when = new Rounds(rounds, random);
    List<Fault> faults = new ArrayList<>();
    for (int killed = 0; killed < KILLED_SITES; killed++) {
      SiteName site = sites.get(random.nextInt(sites.size()));
      faults.add(new Fault.SiteKilled(when.next(), site, random.nextInt(epochs)));
    }
    for (Fault.Moment moment : Fault.Moment.values()) {
      faults.add(new Fault.AggregationFails(when.next(), moment));
    }
    for (StoreRelay.Trouble trouble : StoreRelay.Trouble.values()) {
      if (trouble != StoreRelay.Trouble.NONE) {
        int requests = 1 + random.nextInt(MOST_REQUESTS);
        faults.add(new Fault.StoreInTrouble(when.next(), trouble, requests));
      }
    }
    faults.add(new Fault.WorkflowsLost(when.next(), false));
    faults.add(new Fault.WorkflowsLost(when.next(), true));
    faults.sort(Comparator.comparingInt(Fault::round));
    return new FaultPlan(faults);
  }

  /** Each round once in any order, then all again. */
  private static final class Rounds {
    private final int count;
    private final SplittableRandom random;
    private final List<Integer> left = new ArrayList<>();

    Rounds(int count, SplittableRandom random) {
      this.count = count;
      this.random = random;
    }

    int next() {
      if (left.isEmpty()) {
        for (int round = 1; round <= count; round++) {
          left.add(round);
        }
      }
      return left.remove(random.nextInt(left.size()));
    }
  }
}
