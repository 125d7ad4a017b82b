package io.roundhouse.server;

import static java.util.Objects.requireNonNull;

import io.roundhouse.aggregation.SelectedKernel;
import io.roundhouse.domain.Aggregation;
import io.roundhouse.domain.Best;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.report.HtmlReport;
import io.roundhouse.report.JobRecord;
import io.roundhouse.report.MetricsCsv;
import io.roundhouse.report.TensorBoardEvents;
import io.roundhouse.storage.ArtifactExistsException;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.JobLayout;
import io.roundhouse.storage.Json;
import io.roundhouse.workflows.AggregateTask;
import io.roundhouse.workflows.OpenTask;
import io.roundhouse.workflows.ServerActivities;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The server's activities on an artifact store. */
public final class StoreActivities implements ServerActivities {
  private static final String RUN = "run";

  private final ArtifactStore store;
  private final SelectedKernel kernel;
  private final Path folder;

  /**
   * @param kernel what aggregates
   * @param folder for downloads while aggregating; made if absent
   */
  public StoreActivities(ArtifactStore store, SelectedKernel kernel, Path folder) {
    this.store = requireNonNull(store, "store is null");
    this.kernel = requireNonNull(kernel, "kernel is null");
    this.folder = requireNonNull(folder, "folder is null");
  }

  @Override
  public void open(OpenTask task) {
    JobLayout layout = new JobLayout(task.job());
    Map<String, Object> versions = new LinkedHashMap<>(Versions.current());
    versions.put("kernel", kernel.reason());
    versions.put(RUN, task.run());
    try {
      store.putIfAbsent(layout.versions(), Json.write(versions));
    } catch (ArtifactExistsException e) {
      if (!task.run().equals(versions(layout).get(RUN))) {
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
  public Aggregation aggregate(AggregateTask task) {
    try (RoundAggregation round = new RoundAggregation(store, kernel.kernel(), folder, task)) {
      return round.run();
    } catch (IOException e) {
      throw ApplicationFailure.newFailure(
          "the server's work folder " + folder + " cannot be used: " + e, "WorkFolder");
    }
  }

  @Override
  public void checkpoint(RoundManifest manifest) {
    store.putIfAbsent(
        new JobLayout(manifest.job()).manifest(manifest.round()), Json.write(manifest));
  }

  @Override
  public void publish(JobId job) {
    publish(job, Optional.empty());
  }

  @Override
  public void close(JobResult result) {
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
    JobRecord record =
        new JobRecord(
            job,
            store.read(layout.spec(), Manifests.MOST_BYTES).map(SpecYaml::read).orElse(Map.of()),
            versions(layout),
            Manifests.rounds(store, job),
            result);
    store.replace(layout.metrics(), MetricsCsv.write(record), "text/csv; charset=utf-8");
    store.replace(layout.events(), TensorBoardEvents.write(record), "application/octet-stream");
    store.replace(layout.report(), HtmlReport.write(record), "text/html; charset=utf-8");
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> versions(JobLayout layout) {
    return store
        .read(layout.versions(), Manifests.MOST_BYTES)
        .map(json -> (Map<String, Object>) Json.read(json, Map.class))
        .orElse(Map.of());
  }
}
