package io.roundhouse.server;

import static java.util.Objects.requireNonNull;

import io.roundhouse.aggregation.SelectedKernel;
import io.roundhouse.domain.Aggregation;
import io.roundhouse.domain.Best;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.report.HtmlReport;
import io.roundhouse.report.JobRecord;
import io.roundhouse.report.MetricsCsv;
import io.roundhouse.report.TensorBoardEvents;
import io.roundhouse.spec.UpdatesSpec.Keep;
import io.roundhouse.storage.ArtifactExistsException;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.JobLayout;
import io.roundhouse.storage.Json;
import io.roundhouse.storage.PrivateFolders;
import io.roundhouse.workflows.AggregateTask;
import io.roundhouse.workflows.Deleted;
import io.roundhouse.workflows.OpenTask;
import io.roundhouse.workflows.RecoverTask;
import io.roundhouse.workflows.Recovered;
import io.roundhouse.workflows.ServerActivities;
import io.temporal.failure.ApplicationFailure;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's activities on an artifact store. */
public final class StoreActivities implements ServerActivities {
  private static final Logger LOG = LoggerFactory.getLogger(StoreActivities.class);
  private static final int MOST_ROWS = 20_000;

  private final ArtifactStore store;
  private final SelectedKernel kernel;
  private final PrivateFolders folders;
  private final UpdateSignature signature;
  private final ReportedRounds reported = new ReportedRounds(MOST_ROWS);

  /**
   * Takes updates without a look at their signatures.
   *
   * @param kernel what aggregates
   * @param folder for downloads while aggregating; made if absent, and what killed processes left
   *     in it is removed
   */
  public StoreActivities(ArtifactStore store, SelectedKernel kernel, Path folder) {
    this(store, kernel, folder, UpdateSignature.NONE);
  }

  /**
   * @param kernel what aggregates
   * @param folder for downloads while aggregating; made if absent, and what killed processes left
   *     in it is removed
   * @param signature what is asked for every update
   */
  public StoreActivities(
      ArtifactStore store, SelectedKernel kernel, Path folder, UpdateSignature signature) {
    this.store = requireNonNull(store, "store is null");
    this.kernel = requireNonNull(kernel, "kernel is null");
    this.folders = new PrivateFolders(requireNonNull(folder, "folder is null"));
    this.signature = requireNonNull(signature, "signature is null");
  }

  @Override
  public void open(OpenTask task) {
    persist(() -> claim(task));
  }

  private void claim(OpenTask task) {
    JobLayout layout = new JobLayout(task.job());
    Map<String, Object> versions = JobFolder.versions(kernel.reason(), task.run());
    try {
      store.putIfAbsent(layout.versions(), Json.write(versions));
    } catch (ArtifactExistsException e) {
      if (!JobFolder.isOwnedBy(task.run(), new JobFolder(store, task.job()).versions())) {
        throw ApplicationFailure.newNonRetryableFailure(
            "the store already has a job "
                + task.job()
                + ", perhaps you should give this one another name or another store",
            "JobExists");
      }
    }
    store.putIfAbsent(layout.spec(), SpecYaml.write(task.spec()));
  }

  @Override
  public Recovered recover(RecoverTask task) {
    Recovery recovery = new Recovery(store, task);
    return Persistence.of(() -> task.round().map(recovery::recall).orElseGet(recovery::takeOver));
  }

  @Override
  public void keep(JobId job, LateUpdate late) {
    String path = new JobLayout(job).late(late.round(), late.take(), late.update().site());
    persist(() -> store.putIfAbsent(path, Json.write(late)));
  }

  @Override
  public void drop(JobId job, LateUpdate late) {
    store.delete(new JobLayout(job).late(late.round(), late.take(), late.update().site()));
  }

  /** The model that round 0 judges was made before it, and stays. */
  @Override
  public void discard(JobId job, int round, int take) {
    persist(() -> removeUnfinished(new JobLayout(job), round, take));
  }

  private void removeUnfinished(JobLayout layout, int round, int take) {
    boolean counts = store.read(layout.manifest(round, take), JobFolder.MOST_BYTES).isPresent();
    if (round > 0 && !counts) {
      store.deleteAll(layout.round(round, take));
    }
  }

  @Override
  public Deleted delete(JobId job) {
    String folder = new JobLayout(job).folder() + "/";
    return Persistence.of(
        () -> {
          int objects = store.list(folder).size();
          store.deleteAll(folder);
          return new Deleted(objects);
        });
  }

  @Override
  public Aggregation aggregate(AggregateTask task) {
    Aggregation aggregation = Persistence.of(() -> aggregated(task));
    LOG.info(
        "round {}: {} updates aggregated in {} s",
        task.round(),
        aggregation.contributions().size(),
        aggregation.seconds());
    aggregation
        .quarantined()
        .forEach(
            one ->
                LOG.info("round {}: {} quarantined: {}", task.round(), one.site(), one.reason()));
    return aggregation;
  }

  private Aggregation aggregated(AggregateTask task) {
    Path folder = folders.fresh();
    try {
      return new RoundAggregation(store, kernel.kernel(), signature, folder, task).run();
    } finally {
      PrivateFolders.delete(folder);
    }
  }

  @Override
  public void checkpoint(RoundManifest manifest, Keep keep) {
    String path = new JobLayout(manifest.job()).manifest(manifest.round(), manifest.take());
    persist(
        () -> {
          store.putIfAbsent(path, Json.write(manifest));
          if (keep == Keep.REFUSED) {
            new SpentUpdates(store, manifest.job()).removeContributions(manifest);
          }
        });
  }

  @Override
  public void publish(JobId job) {
    persist(() -> publish(job, Optional.empty()));
  }

  @Override
  public void close(JobResult result, Keep keep) {
    persist(
        () -> {
          write(result);
          if (keep == Keep.REFUSED) {
            new SpentUpdates(store, result.job()).removeRest();
          }
        });
    reported.forget(result.job());
  }

  private void write(JobResult result) {
    JobLayout layout = new JobLayout(result.job());
    store.putIfAbsent(layout.result(), Json.write(result));
    Optional<Best> best = result.best();
    if (best.isPresent()) {
      store.putIfAbsent(layout.best(), Json.write(best.get()));
    }
    publish(result.job(), Optional.of(result));
  }

  private void publish(JobId job, Optional<JobResult> result) {
    JobLayout layout = new JobLayout(job);
    JobFolder folder = new JobFolder(store, job);
    Map<String, Object> versions = folder.versions();
    JobRecord record =
        new JobRecord(
            job,
            store.read(layout.spec(), JobFolder.MOST_BYTES).map(SpecYaml::read).orElse(Map.of()),
            versions,
            reported.of(folder, versions),
            result);
    store.replace(layout.metrics(), MetricsCsv.write(record), "text/csv; charset=utf-8");
    store.replace(layout.events(), TensorBoardEvents.write(record), "application/octet-stream");
    store.replace(layout.report(), HtmlReport.write(record), "text/html; charset=utf-8");
  }

  private static void persist(Runnable work) {
    Persistence.of(
        () -> {
          work.run();
          return Optional.empty();
        });
  }
}
