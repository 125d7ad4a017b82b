package io.roundhouse.workflows;

import io.roundhouse.domain.JobId;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** One cycle: train, aggregate, evaluate, checkpoint. */
@WorkflowInterface
public interface FederatedRound {
  /**
   * Runs the round. If late updates are used and sites are still at work when it has closed, the
   * job is told by {@link FederatedJob#roundClosed}, then of each site's answer by {@link
   * FederatedJob#late}. Fails with type {@code TooManyRefused} when more updates were refused than
   * the spec bears.
   *
   * @return what the job needs; the manifest is in the store, unless too few updates came
   */
  @WorkflowMethod(name = "FederatedRound")
  RoundResult run(RoundInput input);

  /** A site that was still at work for an earlier round has answered. */
  @SignalMethod(description = "sent by the job")
  void late(LateAnswer answer);

  /** How far it is. */
  @QueryMethod(description = "phase, and how many sites have answered")
  RoundProgress progress();

  /** The workflow id of a job's round. */
  static String workflowId(JobId job, int round, int take) {
    String id = "fl/%s/r%05d".formatted(job, round);
    return take == 1 ? id : id + "." + take;
  }
}
