package io.roundhouse.workflows;

import io.roundhouse.domain.JobId;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * Removal of everything that a job has in the store. Its workflows are removed by whoever asks for
 * this, since that takes rights that workers need not have.
 */
@WorkflowInterface
public interface JobDeletion {
  /** Removes it; nothing being there is no failure. */
  @WorkflowMethod(name = "JobDeletion")
  Deleted run(DeletionInput input);

  /** The workflow id of a job's deletion. */
  static String workflowId(JobId job) {
    return FederatedJob.workflowId(job) + "/delete";
  }
}
