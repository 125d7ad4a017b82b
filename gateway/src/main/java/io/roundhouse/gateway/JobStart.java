package io.roundhouse.gateway;

import io.roundhouse.domain.Identity;
import io.roundhouse.domain.Text;
import io.roundhouse.workflows.TaskQueues;
import io.temporal.api.common.v1.Memo;
import io.temporal.api.common.v1.Payloads;
import io.temporal.api.common.v1.WorkflowType;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.api.taskqueue.v1.TaskQueue;
import io.temporal.api.workflow.v1.NewWorkflowExecutionInfo;
import io.temporal.api.workflowservice.v1.StartWorkflowExecutionRequest;

/** Starts of jobs, made anew from what an operator may choose. */
final class JobStart {
  private static final String TYPE = "FederatedJob";
  private static final String SCHEDULED = "ScheduledJob";

  private JobStart() {}

  /**
   * The start with the gateway's word for who submits.
   *
   * @throws Refusal if it is not one of a job, or would end a job that runs
   */
  static StartWorkflowExecutionRequest of(
      StartWorkflowExecutionRequest asked, Payloads input, Identity submitter) {
    requireJob(TYPE, asked.getWorkflowType().getName(), asked.getTaskQueue().getName());
    requirePeaceful(asked.getWorkflowIdReusePolicy());
    if (asked.getWorkflowIdConflictPolicy()
        == WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING) {
      throw ending();
    }
    if (!asked.getCronSchedule().isEmpty()) {
      throw Refusal.invalid("a job has no cron schedule, perhaps you should make a schedule");
    }
    StartWorkflowExecutionRequest.Builder start =
        StartWorkflowExecutionRequest.newBuilder()
            .setNamespace(asked.getNamespace())
            .setWorkflowId(asked.getWorkflowId())
            .setWorkflowType(WorkflowType.newBuilder().setName(TYPE))
            .setTaskQueue(TaskQueue.newBuilder().setName(TaskQueues.SERVER))
            .setInput(input)
            .setIdentity(submitter.uri())
            .setRequestId(asked.getRequestId())
            .setWorkflowIdReusePolicy(asked.getWorkflowIdReusePolicy())
            .setWorkflowIdConflictPolicy(asked.getWorkflowIdConflictPolicy())
            .setMemo(memo(asked.getMemo(), submitter))
            .setSearchAttributes(asked.getSearchAttributes())
            .setUserMetadata(asked.getUserMetadata());
    if (asked.hasWorkflowExecutionTimeout()) {
      start.setWorkflowExecutionTimeout(asked.getWorkflowExecutionTimeout());
    }
    if (asked.hasWorkflowRunTimeout()) {
      start.setWorkflowRunTimeout(asked.getWorkflowRunTimeout());
    }
    if (asked.hasWorkflowTaskTimeout()) {
      start.setWorkflowTaskTimeout(asked.getWorkflowTaskTimeout());
    }
    if (asked.hasWorkflowStartDelay()) {
      start.setWorkflowStartDelay(asked.getWorkflowStartDelay());
    }
    return start.build();
  }

  /** Likewise for the start that a schedule makes: each turn is a job with a name of its own. */
  static NewWorkflowExecutionInfo of(
      NewWorkflowExecutionInfo asked, Payloads input, Identity submitter) {
    requireJob(SCHEDULED, asked.getWorkflowType().getName(), asked.getTaskQueue().getName());
    requirePeaceful(asked.getWorkflowIdReusePolicy());
    NewWorkflowExecutionInfo.Builder start =
        NewWorkflowExecutionInfo.newBuilder()
            .setWorkflowId(asked.getWorkflowId())
            .setWorkflowType(WorkflowType.newBuilder().setName(SCHEDULED))
            .setTaskQueue(TaskQueue.newBuilder().setName(TaskQueues.SERVER))
            .setInput(input)
            .setMemo(memo(asked.getMemo(), submitter))
            .setSearchAttributes(asked.getSearchAttributes())
            .setUserMetadata(asked.getUserMetadata());
    if (asked.hasWorkflowExecutionTimeout()) {
      start.setWorkflowExecutionTimeout(asked.getWorkflowExecutionTimeout());
    }
    if (asked.hasWorkflowRunTimeout()) {
      start.setWorkflowRunTimeout(asked.getWorkflowRunTimeout());
    }
    if (asked.hasWorkflowTaskTimeout()) {
      start.setWorkflowTaskTimeout(asked.getWorkflowTaskTimeout());
    }
    return start.build();
  }

  /** A memo in which the submitter is the gateway's word. */
  static Memo memo(Memo asked, Identity submitter) {
    return asked.toBuilder().putFields(Owner.MEMO, JobJson.payload(submitter)).build();
  }

  private static void requireJob(String wanted, String type, String queue) {
    if (!type.equals(wanted) || !queue.equals(TaskQueues.SERVER)) {
      throw Refusal.forbidden(
          "only workflows of type "
              + wanted
              + " on the queue "
              + TaskQueues.SERVER
              + " are started here, not "
              + Text.quote(type)
              + " on "
              + Text.quote(queue));
    }
  }

  @SuppressWarnings("deprecation")
  private static void requirePeaceful(WorkflowIdReusePolicy policy) {
    if (policy == WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING) {
      throw ending();
    }
  }

  private static Refusal ending() {
    return Refusal.forbidden(
        "a start ends no job that runs, perhaps you should abort that one first");
  }
}
