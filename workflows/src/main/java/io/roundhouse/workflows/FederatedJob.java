package io.roundhouse.workflows;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobStatus;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** One federated job. */
@WorkflowInterface
public interface FederatedJob {
  /**
   * Trains the model. Fails with type {@code InvalidSpec} and every problem of the spec, or with
   * the type of the failure that the job could not get over; cancelling it ends it in good order.
   */
  @WorkflowMethod(name = "FederatedJob")
  JobResult run(JobInput input);

  /** How the job is. */
  @QueryMethod(description = "state, round, best model and the newest rounds")
  JobStatus status();

  /** The workflow id of a job. */
  static String workflowId(JobId job) {
    return "fl/" + job;
  }
}
