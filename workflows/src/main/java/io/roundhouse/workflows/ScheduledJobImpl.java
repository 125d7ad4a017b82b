package io.roundhouse.workflows;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.SiteName;
import io.roundhouse.spec.InvalidSpecException;
import io.roundhouse.spec.JobSpec;
import io.roundhouse.spec.JobSpecReader;
import io.temporal.api.enums.v1.ParentClosePolicy;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.ChildWorkflowOptions;
import io.temporal.workflow.Workflow;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A turn of a schedule as a workflow. */
public final class ScheduledJobImpl implements ScheduledJob {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  @Override
  public JobResult run(JobInput input) {
    Instant now = Instant.ofEpochMilli(Workflow.currentTimeMillis());
    JobId plan = job(input);
    JobId job = new JobId(plan.project(), plan.name() + "-" + TIME.format(now));
    Map<String, Object> spec = new HashMap<>(input.spec());
    spec.put("name", job.name());
    return Workflow.newChildWorkflowStub(FederatedJob.class, options(job, now, input))
        .run(new JobInput(spec, input.sites(), false, Optional.empty(), input.submitter()));
  }

  private static JobId job(JobInput input) {
    try {
      JobSpec spec = JobSpecReader.read(input.spec(), SiteName.all(input.sites()));
      if (spec.job().name().length() > LONGEST_NAME) {
        throw refused(
            "name: has more than "
                + LONGEST_NAME
                + " characters, and the time of each turn goes behind it, perhaps you should choose"
                + " a shorter one");
      }
      return spec.job();
    } catch (InvalidSpecException | IllegalArgumentException e) {
      throw refused(String.valueOf(e.getMessage()));
    }
  }

  private static ApplicationFailure refused(String message) {
    return ApplicationFailure.newNonRetryableFailure(message, "InvalidSpec");
  }

  private static ChildWorkflowOptions options(JobId job, Instant now, JobInput input) {
    Map<String, Object> memo = new HashMap<>();
    memo.put(JobMemo.STARTED, now.toString());
    input.submitter().ifPresent(submitter -> memo.put(JobMemo.SUBMITTER, submitter));
    return ChildWorkflowOptions.newBuilder()
        .setWorkflowId(FederatedJob.workflowId(job))
        .setTaskQueue(TaskQueues.SERVER)
        .setParentClosePolicy(ParentClosePolicy.PARENT_CLOSE_POLICY_ABANDON)
        .setMemo(memo)
        .setStaticSummary("by schedule " + job.project() + "/" + job.name())
        .build();
  }
}
