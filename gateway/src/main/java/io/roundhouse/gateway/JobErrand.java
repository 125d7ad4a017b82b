package io.roundhouse.gateway;

import com.google.protobuf.util.Durations;
import io.roundhouse.domain.Identity;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.Text;
import io.roundhouse.workflows.DeletionInput;
import io.roundhouse.workflows.FederatedJob;
import io.roundhouse.workflows.JobDeletion;
import io.roundhouse.workflows.LogRequest;
import io.roundhouse.workflows.TaskQueues;
import io.temporal.api.common.v1.Payloads;
import io.temporal.api.common.v1.WorkflowType;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.api.taskqueue.v1.TaskQueue;
import io.temporal.api.workflowservice.v1.StartWorkflowExecutionRequest;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DataConverterException;
import io.temporal.common.converter.DefaultDataConverter;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * A short workflow about a job that an operator starts: its deletion, or a question for its logs.
 *
 * @param job which job
 * @param changes whether something is changed, which only those may who steer the job
 * @param start the start, made anew from what an operator may choose
 */
record JobErrand(JobId job, boolean changes, StartWorkflowExecutionRequest start) {
  private static final DataConverter JSON = DefaultDataConverter.newDefaultInstance();
  private static final String DELETION = "JobDeletion";
  private static final String LOGS = "JobLogs";
  private static final Set<String> TYPES = Set.of(DELETION, LOGS);
  private static final Duration LONGEST = Duration.ofHours(1);

  /** Whether workflows of that type are errands. */
  static boolean isOne(String type) {
    return TYPES.contains(type);
  }

  /**
   * @throws Refusal if it is about another job than its id says, or has no form at all
   */
  static JobErrand of(StartWorkflowExecutionRequest asked, Identity caller) {
    boolean deletion = asked.getWorkflowType().getName().equals(DELETION);
    Object input =
        deletion
            ? read(asked.getInput(), DeletionInput.class)
            : read(asked.getInput(), LogRequest.class);
    JobId job = input instanceof DeletionInput its ? its.job() : ((LogRequest) input).task().job();
    String id = asked.getWorkflowId();
    boolean named =
        deletion
            ? id.equals(JobDeletion.workflowId(job))
            : id.matches(FederatedJob.workflowId(job) + "/logs/[A-Za-z0-9-]{1,40}");
    if (!named || !asked.getTaskQueue().getName().equals(TaskQueues.SERVER)) {
      throw Refusal.forbidden(
          Text.quote(id)
              + " on "
              + Text.quote(asked.getTaskQueue().getName())
              + " is not about the job "
              + job
              + ", perhaps you should use the commands delete and logs");
    }
    return new JobErrand(job, deletion, start(asked, JSON.toPayloads(input), caller));
  }

  private static StartWorkflowExecutionRequest start(
      StartWorkflowExecutionRequest asked, Optional<Payloads> input, Identity caller) {
    boolean useExisting =
        asked.getWorkflowIdConflictPolicy()
            == WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING;
    Duration wanted = Duration.ofMillis(Durations.toMillis(asked.getWorkflowExecutionTimeout()));
    Duration timeout = wanted.isZero() || wanted.compareTo(LONGEST) > 0 ? LONGEST : wanted;
    return StartWorkflowExecutionRequest.newBuilder()
        .setNamespace(asked.getNamespace())
        .setWorkflowId(asked.getWorkflowId())
        .setWorkflowType(WorkflowType.newBuilder().setName(asked.getWorkflowType().getName()))
        .setTaskQueue(TaskQueue.newBuilder().setName(TaskQueues.SERVER))
        .setInput(input.orElse(Payloads.getDefaultInstance()))
        .setIdentity(caller.uri())
        .setRequestId(asked.getRequestId())
        .setWorkflowExecutionTimeout(Durations.fromMillis(timeout.toMillis()))
        .setWorkflowIdConflictPolicy(
            useExisting
                ? WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING
                : WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_FAIL)
        .build();
  }

  private static <T> T read(Payloads input, Class<T> type) {
    try {
      T record = JSON.fromPayloads(0, Optional.of(input), type, type);
      if (record != null) {
        return record;
      }
    } catch (DataConverterException e) {
      throw Refusal.invalid("the input cannot be understood: " + Text.quote(firstLine(e)));
    }
    throw Refusal.invalid("the input is empty");
  }

  private static String firstLine(DataConverterException failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
  }
}
