package io.roundhouse.workflows;

import io.roundhouse.domain.JobId;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** One cycle: train, aggregate, evaluate, checkpoint. */
@WorkflowInterface
public interface FederatedRound {
  /**
   * Runs the round. Fails with type {@code BelowQuorum} when too few updates came or passed.
   *
   * @return what the next round needs; the manifest is in the store
   */
  @WorkflowMethod(name = "FederatedRound")
  RoundResult run(RoundInput input);

  /** How far it is. */
  @QueryMethod(description = "phase, and how many sites have answered")
  RoundProgress progress();

  /** The workflow id of a job's round. */
  static String workflowId(JobId job, int round) {
    return "fl/%s/r%05d".formatted(job, round);
  }
}
