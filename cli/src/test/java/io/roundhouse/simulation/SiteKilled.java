package io.roundhouse.simulation;

import io.roundhouse.domain.SiteName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicBoolean;

/** Kills a site in the middle of a training, after a batch of an epoch; both count as they do. */
final class SiteKilled implements Disturbance {
  private final SiteName site;
  private final int round;
  private final int epoch;
  private final int batch;
  private final boolean comesBack;
  private final List<TrainedBatch> trained = Collections.synchronizedList(new ArrayList<>());
  private final AtomicBoolean struck = new AtomicBoolean();

  /**
   * @param epoch from 0
   * @param batch from 1
   */
  SiteKilled(SiteName site, int round, int epoch, int batch, boolean comesBack) {
    this.site = site;
    this.round = round;
    this.epoch = epoch;
    this.batch = batch;
    this.comesBack = comesBack;
  }

  @Override
  public void batch(Federation federation, TrainedBatch now) {
    if (!now.task().site().equals(site) || now.task().round() != round) {
      return;
    }
    trained.add(now);
    if (now.progress().epoch() == epoch
        && now.progress().batch() == batch
        && !struck.getAndSet(true)) {
      federation.kill(site);
      if (comesBack) {
        ForkJoinPool.commonPool().execute(() -> federation.revive(site));
      }
      throw new IllegalStateException("killed");
    }
  }

  boolean hasStruck() {
    return struck.get();
  }

  /** The epochs in which an attempt has trained, from 0. */
  List<Integer> epochsOf(int attempt) {
    return List.copyOf(trained).stream()
        .filter(now -> now.attempt() == attempt)
        .map(now -> now.progress().epoch())
        .distinct()
        .toList();
  }

  @Override
  public String toString() {
    return site + " killed in round " + round + " after batch " + batch + " of epoch " + epoch;
  }
}
