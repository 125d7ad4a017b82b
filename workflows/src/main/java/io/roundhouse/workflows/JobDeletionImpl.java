package io.roundhouse.workflows;

import io.temporal.workflow.Workflow;

/** The deletion as a workflow, so that it is done even if whoever asked for it is gone. */
public final class JobDeletionImpl implements JobDeletion {
  @Override
  public Deleted run(DeletionInput input) {
    Workflow.sleep(input.after());
    return Activities.atServer(ServerActivities.class, "delete " + input.job()).delete(input.job());
  }
}
