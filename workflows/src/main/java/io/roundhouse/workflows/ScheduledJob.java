package io.roundhouse.workflows;

import io.roundhouse.domain.JobResult;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * One turn of a schedule: starts a {@link FederatedJob} under a name of its own, the spec's with
 * the turn's time at its end ({@code digits-20261129-020000}), and lasts as long as that job, so
 * that a schedule's overlap policy holds for jobs. A job outlives the turn that started it.
 */
@WorkflowInterface
public interface ScheduledJob {
  /** The longest name of a scheduled job, in characters: a turn's time must fit behind it. */
  int LONGEST_NAME = 63 - "-yyyymmdd-hhmmss".length();

  /** Runs the job; fails as it does. */
  @WorkflowMethod(name = "ScheduledJob")
  JobResult run(JobInput input);
}
