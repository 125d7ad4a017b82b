package io.roundhouse.workflows;

import io.roundhouse.control.Abort;
import io.roundhouse.control.Approve;
import io.roundhouse.control.Change;
import io.roundhouse.control.DecideLate;
import io.roundhouse.control.MoveSite;
import io.roundhouse.control.Pause;
import io.roundhouse.control.Resume;
import io.roundhouse.control.Rewind;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobStatus;
import io.roundhouse.domain.SiteStatus;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.UpdateMethod;
import io.temporal.workflow.UpdateValidatorMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.util.List;
import java.util.Map;

/**
 * One federated job. An update that cannot be done is refused with what is wrong with it, and
 * leaves no trace; one that can is done before it returns, or noted for the moment it is for.
 */
@WorkflowInterface
public interface FederatedJob {
  /**
   * Trains the model. Fails with type {@code InvalidSpec} and every problem of the spec, or with
   * the type of the failure that the job could not get over; cancelling it ends it in good order.
   */
  @WorkflowMethod(name = "FederatedJob")
  JobResult run(JobInput input);

  /** How the job is. */
  @QueryMethod(description = "state, round, best model, late updates and the newest rounds")
  JobStatus status();

  /** Its sites, in site order. */
  @QueryMethod(description = "each site's state, reason and when it was last seen")
  List<SiteStatus> sites();

  /** The spec in force, as a tree, with what was changed. */
  @QueryMethod(description = "the spec in force")
  Map<String, Object> spec();

  /** Stops the job before its next round, or at once. */
  @UpdateMethod(description = "stop before the next round, or now")
  JobStatus pause(Pause order);

  @UpdateValidatorMethod(updateName = "pause")
  void checkPause(Pause order);

  /** Lets a paused job go on. */
  @UpdateMethod(description = "go on after a pause")
  JobStatus resume(Resume order);

  @UpdateValidatorMethod(updateName = "resume")
  void checkResume(Resume order);

  /** Ends the job in good order. */
  @UpdateMethod(description = "end the job and keep what it has reached")
  JobStatus abort(Abort order);

  @UpdateValidatorMethod(updateName = "abort")
  void checkAbort(Abort order);

  /** Changes the spec from the next round on. */
  @UpdateMethod(description = "change training, rounds, evaluation, stop, updates or approval")
  JobStatus change(Change order);

  @UpdateValidatorMethod(updateName = "change")
  void checkChange(Change order);

  /** Changes a site's part in the job. */
  @UpdateMethod(description = "JOIN, LEAVE, SUSPEND or RESTORE a site")
  JobStatus moveSite(MoveSite order);

  @UpdateValidatorMethod(updateName = "moveSite")
  void checkMoveSite(MoveSite order);

  /** Decides about a late update that waits. */
  @UpdateMethod(description = "accept or discard one late update")
  JobStatus decideLate(DecideLate order);

  @UpdateValidatorMethod(updateName = "decideLate")
  void checkDecideLate(DecideLate order);

  /** Takes the job back to an earlier round. */
  @UpdateMethod(description = "go back to the end of an earlier round")
  JobStatus rewind(Rewind order);

  @UpdateValidatorMethod(updateName = "rewind")
  void checkRewind(Rewind order);

  /** Approves the model of the last round. */
  @UpdateMethod(description = "approve the model of the last round")
  JobStatus approve(Approve order);

  @UpdateValidatorMethod(updateName = "approve")
  void checkApprove(Approve order);

  /** A round has closed while some of its sites are still at work. */
  @SignalMethod(description = "sent by rounds")
  void roundClosed(RoundResult result);

  /** A site of a closed round has answered, or never will. */
  @SignalMethod(description = "sent by rounds")
  void late(LateAnswer answer);

  /** The workflow id of a job. */
  static String workflowId(JobId job) {
    return "fl/" + job;
  }
}
