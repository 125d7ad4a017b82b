package io.roundhouse.workflows;

import io.roundhouse.domain.Aggregation;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.RoundManifest;
import io.temporal.activity.ActivityInterface;

/** The server's work on the store. Every method gives the same result when it is repeated. */
@ActivityInterface
public interface ServerActivities {
  /**
   * Claims the job's folder and records the spec and the versions of what runs it. Fails with type
   * {@code JobExists} if another job's artifacts are there.
   */
  void open(OpenTask task);

  /** Checks the updates, aggregates those that pass and writes the next global model. */
  Aggregation aggregate(AggregateTask task);

  /** Writes the manifest that makes a round count. */
  void checkpoint(RoundManifest manifest);

  /** Brings {@code metrics.csv}, the TensorBoard events and {@code report.html} up to date. */
  void publish(JobId job);

  /** Writes the final manifests and publishes for the last time. */
  void close(JobResult result);
}
