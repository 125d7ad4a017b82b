package io.roundhouse.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.domain.Seed;
import io.roundhouse.domain.SiteName;
import io.roundhouse.simulation.StoreRelay.Trouble;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultPlanTest {
  private static final List<SiteName> SITES = List.of(new SiteName("a"), new SiteName("b"));

  @Test
  void everyPlanHasEveryKindOfFaultWithinTheJob() {
    for (long seed = 0; seed < 200; seed++) {
      int rounds = 1 + (int) (seed % 20);
      List<Fault> faults = FaultPlan.draw(new Seed(seed), rounds, 2, SITES).faults();

      assertThat(faults)
          .as("seed %d", seed)
          .isSortedAccordingTo((a, b) -> Integer.compare(a.round(), b.round()))
          .allMatch(fault -> fault.round() >= 1 && fault.round() <= rounds)
          .hasAtLeastOneElementOfType(Fault.SiteKilled.class)
          .hasAtLeastOneElementOfType(Fault.WorkflowsLost.class);
      assertThat(faults)
          .as("seed %d", seed)
          .filteredOn(Fault.AggregationFails.class::isInstance)
          .extracting(fault -> ((Fault.AggregationFails) fault).moment())
          .containsExactlyInAnyOrder(Fault.Moment.values());
      assertThat(faults)
          .as("seed %d", seed)
          .filteredOn(Fault.StoreInTrouble.class::isInstance)
          .extracting(fault -> ((Fault.StoreInTrouble) fault).trouble())
          .containsExactlyInAnyOrder(
              Trouble.REFUSE, Trouble.DELAY, Trouble.CUT_REQUEST, Trouble.CUT_ANSWER);
    }
  }

  @Test
  void faultsKeepApartWhereThereAreRoundsEnough() {
    for (long seed = 0; seed < 200; seed++) {
      assertThat(FaultPlan.draw(new Seed(seed), 11, 2, SITES).faults())
          .as("seed %d", seed)
          .extracting(Fault::round)
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void aPlanDependsOnTheSeedOnly() {
    FaultPlan plan = FaultPlan.draw(new Seed(1), 20, 2, SITES);

    assertThat(FaultPlan.draw(new Seed(1), 20, 2, SITES)).isEqualTo(plan);
    assertThat(FaultPlan.draw(new Seed(2), 20, 2, SITES)).isNotEqualTo(plan);
  }
}
