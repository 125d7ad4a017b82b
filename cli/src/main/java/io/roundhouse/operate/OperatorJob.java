package io.roundhouse.operate;

import io.roundhouse.connection.KitConnection;
import io.roundhouse.connection.OpenConnection;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.SiteName;
import io.roundhouse.kit.Kit;
import io.roundhouse.terminal.Failure;
import io.roundhouse.terminal.Terminal;
import io.temporal.client.WorkflowFailedException;
import java.util.Map;
import java.util.SortedSet;

/** A job of an operator, from its start to its end. */
public final class OperatorJob {
  private OperatorJob() {}

  /**
   * Starts a job through the gateways and follows it.
   *
   * @param spec which was checked
   * @throws Failure if there is a job of that name, or it fails
   */
  public static JobResult run(
      Kit kit, JobId id, Map<String, Object> spec, SortedSet<SiteName> sites, Terminal terminal) {
    try (OpenConnection temporal = KitConnection.forCommand(kit)) {
      RemoteJob job = JobStart.of(id, spec, sites).on(temporal);
      return WatchCommand.follow(job, terminal);
    }
  }

  /**
   * Starts a job and waits for its end, without a word.
   *
   * @param spec which was checked
   * @throws Failure if it fails
   */
  public static JobResult runQuietly(
      OpenConnection temporal, JobId id, Map<String, Object> spec, SortedSet<SiteName> sites) {
    try {
      return JobStart.of(id, spec, sites).on(temporal).stub().getResult(JobResult.class);
    } catch (WorkflowFailedException e) {
      throw Failure.jobFailed(id + " " + Ending.failed(e.getCause()));
    }
  }

  /** Prints the result as JSON. */
  public static void print(JobResult result) {
    JobCommand.print(result);
  }
}
