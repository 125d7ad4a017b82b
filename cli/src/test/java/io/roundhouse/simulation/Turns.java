package io.roundhouse.simulation;

import io.roundhouse.data.DataBinding;
import io.roundhouse.data.LoadedData;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Update;
import io.roundhouse.site.ComputeSlots;
import io.roundhouse.site.ModelCache;
import io.roundhouse.site.Site;
import io.roundhouse.site.SiteActivities;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.workflows.EvaluateActivities;
import io.roundhouse.workflows.EvaluateTask;
import io.roundhouse.workflows.PrepareActivities;
import io.roundhouse.workflows.PrepareTask;
import io.roundhouse.workflows.Readiness;
import io.roundhouse.workflows.TrainActivities;
import io.roundhouse.workflows.TrainTask;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * Real sites that train one after another. The given order is that of round 0; every round starts
 * with another site.
 */
final class Turns {
  private final List<SiteName> order;
  private final Map<Turn, CountDownLatch> ended = new ConcurrentHashMap<>();
  private final List<Turn> taken = Collections.synchronizedList(new ArrayList<>());

  /** A site's training in a round. */
  record Turn(int round, SiteName site) {}

  Turns(List<SiteName> order) {
    this.order = List.copyOf(order);
  }

  /** The activities of a site that waits for its turn. */
  Object of(SiteName site, LoadedData rows, Path work, ArtifactStore store) {
    return new Waiting(
        new SiteActivities(
            Site.simulated(site, Map.of("digits", new DataBinding.Memory(rows)), work, Map.of()),
            store,
            new ModelCache(work.resolve(site.value()), 1),
            new ComputeSlots(1)));
  }

  /** All turns in the order in which they ended. */
  List<Turn> taken() {
    return List.copyOf(taken);
  }

  /** The turns of rounds from 1 on, in their order. */
  List<Turn> expected(int rounds) {
    List<Turn> turns = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      for (SiteName site : inRound(round)) {
        turns.add(new Turn(round, site));
      }
    }
    return turns;
  }

  private List<SiteName> inRound(int round) {
    List<SiteName> sites = new ArrayList<>(order);
    Collections.rotate(sites, -round);
    return sites;
  }

  private CountDownLatch ended(Turn turn) {
    return ended.computeIfAbsent(turn, any -> new CountDownLatch(1));
  }

  private final class Waiting implements PrepareActivities, TrainActivities, EvaluateActivities {
    private final SiteActivities site;

    Waiting(SiteActivities site) {
      this.site = site;
    }

    @Override
    public Readiness prepare(PrepareTask task) {
      return site.prepare(task);
    }

    @Override
    public Update train(TrainTask task) {
      Turn turn = new Turn(task.round(), site.name());
      List<SiteName> sites = inRound(task.round());
      int position = sites.indexOf(site.name());
      if (position > 0) {
        await(new Turn(task.round(), sites.get(position - 1)));
      }
      Update update = site.train(task);
      taken.add(turn);
      ended(turn).countDown();
      return update;
    }

    @Override
    public Metrics evaluate(EvaluateTask task) {
      return site.evaluate(task);
    }

    private void await(Turn before) {
      try {
        ended(before).await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }
}
