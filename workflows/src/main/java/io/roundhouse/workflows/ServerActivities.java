package io.roundhouse.workflows;

import io.roundhouse.domain.Aggregation;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.spec.UpdatesSpec.Keep;
import io.temporal.activity.ActivityInterface;

/** The server's work on the store. Every method gives the same result when it is repeated. */
@ActivityInterface
public interface ServerActivities {
  /**
   * Claims the job's folder and records the spec and the versions of what runs it. Fails with type
   * {@code JobExists} if another job's artifacts are there.
   */
  void open(OpenTask task);

  /**
   * Where the job was after its newest complete round, or after the given one: the fold of its
   * manifests, and the late updates that no round has looked at. Without a round to go back to, the
   * folder is taken over from a job that is gone, and what half-written rounds left there is
   * removed. Fails with type {@code NoSuchJob} if there is nothing to go on from, with {@code
   * JobComplete} if the job had been completed, and with {@code NoSuchRound}.
   */
  Recovered recover(RecoverTask task);

  /** Writes down a late update, so that it is not lost with the job. */
  void keep(JobId job, LateUpdate late);

  /** Removes the record of a late update that an operator discarded. */
  void drop(JobId job, LateUpdate late);

  /** Removes what a round left that will have no manifest. */
  void discard(JobId job, int round, int take);

  /** Removes everything the job has in the store. */
  Deleted delete(JobId job);

  /** Checks the updates, aggregates those that pass and writes the next global model. */
  Aggregation aggregate(AggregateTask task);

  /**
   * Writes the manifest that makes a round count, and removes the updates that its model is made of
   * if they are not to be kept.
   */
  void checkpoint(RoundManifest manifest, Keep keep);

  /** Brings {@code metrics.csv}, the TensorBoard events and {@code report.html} up to date. */
  void publish(JobId job);

  /**
   * Writes the final manifests, publishes for the last time, and removes the updates that are not
   * to be kept.
   */
  void close(JobResult result, Keep keep);
}
