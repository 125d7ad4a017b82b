package io.roundhouse.workflows;

import io.roundhouse.domain.JobId;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.util.List;

/** Asks sites and servers for a job's lines of log. Nothing is sent unless somebody asks. */
@WorkflowInterface
public interface JobLogs {
  /** Asks all at once; who does not answer in time is said to be silent. */
  @WorkflowMethod(name = "JobLogs")
  List<LogAnswer> run(LogRequest request);

  /** The workflow id of one such question about a job. */
  static String workflowId(JobId job, String question) {
    return FederatedJob.workflowId(job) + "/logs/" + question;
  }
}
