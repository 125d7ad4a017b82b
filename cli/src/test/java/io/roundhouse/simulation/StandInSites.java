package io.roundhouse.simulation;

import io.roundhouse.domain.SiteName;
import io.roundhouse.storage.ArtifactStore;
import io.temporal.worker.WorkerFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Workers on the queues of sites that do what a test wants them to do. */
record StandInSites(WorkerFactory workers) implements AutoCloseable {
  /** What a site does. */
  interface Role {
    /** The activities of a site. */
    Object activities(SiteName site, ArtifactStore store);
  }

  static StandInSites start(Federation federation, List<SiteName> sites, Role role) {
    WorkerFactory workers = WorkerFactory.newInstance(federation.client());
    for (SiteName site : sites) {
      workers
          .newWorker(site.queue())
          .registerActivitiesImplementations(role.activities(site, federation.store()));
    }
    workers.start();
    return new StandInSites(workers);
  }

  @Override
  public void close() {
    workers.shutdownNow();
    workers.awaitTermination(2, TimeUnit.SECONDS);
  }
}
